#!/bin/sh
# certcycle loop; and each scheduler's file but those of systemd: its command line
# in an empty environment, with a certificate that is due and one that is not;
# started, seen to tick, and stopped; and where make install puts it.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2317,SC2016,SC2154 # what exits and ok call; tap.sh sets them
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
enrolled_device
cp "$cert" fresh.pem
age 10d
cp "$cert" aged.pem
# the staged programs look for it there when nobody says another place
cp etc/certcycle.conf stage/etc/certcycle/

# set_due, set_idle: the certificate has ten days left, or a year
set_due() {
	cp aged.pem "$cert"
}
set_idle() {
	cp fresh.pem "$cert"
}
renewed() {
	[ "$(serial)" != "$before" ]
}
# settle: due no more, and what a tick that was told to end left is done
settle() {
	set_idle
	certcycle run >out 2>err
}
# quiet: nothing runs of what is started below; it has this in its environment,
# but for hooks
mark=CERTCYCLE_TEST_MARK=$T
quiet() {
	! grep -q -s -F "$mark" /proc/[0-9]*/environ
}
# bare COMMAND...: with an empty environment, as cron has it
bare() (
	become "$@"
)
# become COMMAND... &: the same, and $! is the command
become() {
	exec env -i "$mark" SHELL=/bin/sh PATH=/usr/bin:/bin HOME=/ "$@"
}

# --- certcycle loop ---
for wrong in --every=0 --every=1h --delay= --delay=-1 --once=yes now \
	--every=1234567890; do
	misused certcycle loop "$wrong"
done
# a pause is written down, not waited for
cat >stage/bin/sleep <<X
#!/bin/sh
echo "\$*" >>"$T/pauses"
X
chmod 755 stage/bin/sleep
set_idle
exits 0 certcycle loop --once
exits 0 certcycle loop --once
silent
same 'the share of a device is the same each time' 1 \
	"$(sort -u pauses | wc -l | tr -d ' ')"
ok 'and at most five minutes' [ "$(head -n 1 pauses)" -le 300 ]
rm pauses
exits 0 certcycle loop --once --delay=0
same 'or none' 0 "$(cat pauses)"
if unshare -u true 2>/dev/null; then
	for name in one two; do
		unshare -u sh -c 'hostname "$1" && certcycle loop --once \
			--delay=99999999' sh "$name" 2>err
	done
	same 'another device has another' 3 "$(sort -u pauses | wc -l | tr -d ' ')"
else
	skip 'another device has another' 'the name of this one cannot change'
fi
sandbox fault refused
set_due
exits 77 certcycle loop --once --all
set_idle
rm stage/bin/sleep

# loop COMMAND...: started with a due certificate, it renews, goes on, and ends
# within a moment when it is told to, with all that it had started
stays() {
	set_due
	before=$(serial)
	become "$@" >out 2>err &
	pid=$!
	at_end "kill -9 $pid 2>/dev/null"
	ok "it ticks: $(describe "$@")" until_true renewed
	set_idle
	kill -0 "$pid"
	result $? 'and goes on'
	kill "$pid"
	code=0
	{ wait "$pid"; } 2>/dev/null || code=$?
	same 'it ends as it is told to' 143 "$code"
	ok 'and leaves no process' until_true quiet
	settle
}
stays "$T/stage/bin/certcycle" loop --delay=0 --every=1 --all
become "$T/stage/bin/certcycle" loop --delay=0 --every=1 >out 2>err &
pid=$!
at_end "kill -9 $pid 2>/dev/null"
for time in once twice; do
	# not into a tick that is going on
	until_true lock-run "$T/run/default.lock" true 2>err
	set_due
	before=$(serial)
	ok "it ticks $time" until_true renewed
done
kill "$pid"
{ wait "$pid"; } 2>/dev/null
settle
# a tick that is going on is told to end, and is waited for
mkdir -p stage/etc/certcycle/hooks/pre-renew.d
cat >stage/etc/certcycle/hooks/pre-renew.d/50-long <<X
#!/bin/sh
case \$1 in pre-renew) ;; *) exit 0 ;; esac
echo >"$T/long"
sleep 600
X
chmod 755 stage/etc/certcycle/hooks/pre-renew.d/50-long
set_due
become "$T/stage/bin/certcycle" loop --delay=0 --all >out 2>err &
pid=$!
at_end "kill -9 $pid 2>/dev/null"
ok 'a tick takes long' until_true test -e long
kill "$pid"
ok 'it ends all the same' until_true quiet
code=0
{ wait "$pid"; } 2>/dev/null || code=$?
same 'as it is told to' 143 "$code"
ok 'and leaves no process' until_true quiet
rm stage/etc/certcycle/hooks/pre-renew.d/50-long
set_idle

# --- each file's command line ---
# take SCHEDULER/FILE: the file of this build, for the staged programs, without the
# pause at its beginning
take() {
	sed -e "s|[^ =]*/bin/certcycle|$T/stage/bin/certcycle|" \
		-e "s|/run/systemd/system|$T/systemd|" \
		-e "s|^\(pidfile=\).*|\1$T/run/loop.pid|" \
		-e "s|loop |loop --delay=0 |; s|--delay=60 ||" \
		"$build_dir/conf/$1" >taken
	chmod 755 taken
}
# once COMMAND...: a tick with nothing to do, and one with
once() {
	set_idle
	count=$(issued)
	exits 0 bare "$@"
	same 'nothing is due: silent' '' "$(cat out err)"
	same 'and nothing asked for' "$count" "$(issued)"
	set_due
	before=$(serial)
	exits 0 bare "$@"
	ok 'what was due is renewed' renewed
	set_idle
}
# each Exec line of the units
for unit in certcycle.service certcycle@.service \
	before-243/certcycle@.service; do
	take "systemd/$unit"
	sed -n 's/^ExecStart=//p' taken | sed 's/%i/default/' >line
	once sh -c "$(cat line)"
	sed -n 's/^Exec\(Condition\|StopPost\)=//p' taken |
		sed 's/%i/default/' >lines
	while read -r line; do
		case $line in
		*condition) exits 1 bare sh -c "$line" ;;
		*) exits 0 bare sh -c "$line" ;;
		esac
		same 'silent' '' "$(cat out err)"
	done <lines
done

# cron.d: assignments, and a line with a user
take cron/certcycle
same 'one line for cron' 1 "$(grep -c '^[0-9]' taken)"
line=$(sed -n 's/^[0-9*]* \* \* \* \* root //p' taken)
env_of_cron=$(sed -n '/^[A-Z]*=/p' taken)
# shellcheck disable=SC2086 # several assignments
once env $env_of_cron /bin/sh -c "$line"
mkdir systemd
set_due
before=$(serial)
# shellcheck disable=SC2086 # several assignments
exits 0 bare env $env_of_cron /bin/sh -c "$line"
ok 'where systemd runs, cron leaves it the tick' [ "$(serial)" = "$before" ]
exits 1 grep '%' taken
# cron itself, for which a minute has three seconds
rmdir systemd
real_cron() {
	command -v cron faketime unshare >out && [ "$(id -u)" = 0 ] &&
		[ -d /etc/cron.d ] && unshare -mpf true
}
if real_cron 2>err; then
	cat >boot <<-X
	set -e
	mount --make-rprivate /
	for dir in /etc/cron.d /var/spool /run /dev/shm; do
		mount -t tmpfs tmpfs "\$dir"
	done
	mkdir -p /var/spool/cron/crontabs
	cp "$T/taken" /etc/cron.d/certcycle
	chmod 644 /etc/cron.d/certcycle
	exec faketime -f '@2030-01-01 12:16:50 x20' cron -f
	X
	set_due
	before=$(serial)
	unshare -mpf --mount-proc --kill-child sh ./boot >cron.log 2>&1 &
	boot=$!
	at_end '{ kill -9 $boot; wait $boot; } 2>/dev/null'
	ok 'cron: it ticks' until_true renewed
	{
		kill -9 "$boot"
		wait "$boot"
	} 2>/dev/null
	settle
else
	skip 'cron itself' 'no cron, no faketime, or no right to try them'
fi
take cron/crontab
once /bin/sh -c "$(sed -n 's/^[0-9*]* \* \* \* \* //p' taken)"
take cron/hourly
once ./taken

# --- those that stay ---
# runit: its own supervisor where that is here
take runit/run
stays ./taken
if command -v runsv >/dev/null; then
	mkdir -p service/log
	mv taken service/run
	set_due
	before=$(serial)
	become "$(command -v runsv)" service >out 2>err &
	pid=$!
	at_end "kill -9 $pid 2>/dev/null"
	ok 'runsv: it ticks' until_true renewed
	set_idle
	kill "$pid"
	{ wait "$pid"; } 2>/dev/null
	ok 'and leaves no process' until_true quiet
	settle
else
	skip 'the service under runsv' 'runit is not installed'
fi

# OpenRC and procd read shell; what they would start is what these say
take openrc/certcycle
set -- "$(sh -c '. ./taken && echo "$command $command_args"')"
stays sh -c "exec $1"
same 'OpenRC has a supervisor for it' supervise-daemon \
	"$(sh -c '. ./taken && echo "$supervisor"')"
take procd/certcycle
cat >rc.common <<'X'
procd_open_instance() { :; }
procd_close_instance() { :; }
procd_set_param() {
	[ "$1" != command ] || {
		shift
		echo "$@"
	}
}
. ./taken
start_service
X
stays sh -c "exec $(sh rc.common)"

# an init script: start, status, stop, each as often as one likes
take sysvinit/certcycle
mkdir -p run
exits 2 ./taken
exits 3 bare ./taken status
exits 0 bare ./taken stop
set_due
before=$(serial)
at_end './taken stop'
exits 0 bare ./taken start
same 'silent' '' "$(cat out err)"
exits 0 bare ./taken status
pid=$(cat run/loop.pid)
exits 0 bare ./taken start
same 'there is one' "$pid" "$(cat run/loop.pid)"
ok 'it ticks' until_true renewed
set_idle
exits 0 bare ./taken restart
ok 'now it is another' [ "$(cat run/loop.pid)" != "$pid" ]
exits 0 bare ./taken stop
ok 'and leaves no process' until_true quiet
settle
exits 3 bare ./taken status
# a number that is another's by now
echo $$ >run/loop.pid
exits 0 bare ./taken stop
exits 1 bare ./taken status

# --- where they are put ---
# put OPTION...: make install of these files, below $T/root
put() {
	rm -rf put
	mkdir put
	(cd put && "$source_dir/configure" -q --cache-file="$T/cache" \
		--disable-sandbox --prefix=/usr \
		--sysconfdir=/etc --localstatedir=/var --runstatedir=/run "$@" &&
		make -s DESTDIR="$T/root" install-data-local \
			install-nodist_systemdsystemunitDATA) >put.log 2>&1
}
if [ -x "$source_dir/configure" ] && command -v make >/dev/null; then
	mkdir -p root/etc/cron.d
	echo '# edited' >root/etc/cron.d/certcycle
	ok 'make install, told of all schedulers' put --with-crondir \
		--with-periodicdir --with-openrc --with-runit \
		--with-sysvinit=/etc/rc.d/init.d --with-procd=/opt/etc/init.d \
		--with-systemdsystemunitdir=/lib/systemd/system
	[ "$code" = 0 ] || sed 's/^/# /' put.log
	(cd root && find . -type f | sort) >files
	same 'each is where it belongs' "$(printf './%s\n' \
		etc/certcycle/certcycle.conf etc/cron.d/certcycle \
		etc/init.d/certcycle etc/periodic/hourly/certcycle \
		etc/rc.d/init.d/certcycle etc/sv/certcycle/log/run \
		etc/sv/certcycle/run lib/systemd/system/certcycle.service \
		lib/systemd/system/certcycle.timer \
		lib/systemd/system/certcycle@.service \
		lib/systemd/system/certcycle@.timer opt/etc/init.d/certcycle)" \
		"$(cat files)"
	same 'a file of cron.d and a unit are no programs' 2 "$(find root \
		-perm 644 -path '*cron.d*' -o -perm 644 -name '*@.service' |
		wc -l | tr -d ' ')"
	same 'the others are' 6 "$(find root -type f -perm 755 | wc -l | tr -d ' ')"
	same 'what was edited stays' '# edited' "$(cat root/etc/cron.d/certcycle)"
	exits 1 grep -r '@[a-z_]*@' root
	exits 0 make -s -C put DESTDIR="$T/root" uninstall-local
	same 'and stays when certcycle goes' ./etc/cron.d/certcycle \
		"$(cd root && find . -type f ! -path '*/systemd/*')"
	rm -r root
	ok 'make install, told of none' put --without-systemdsystemunitdir \
		--without-openrc --without-runit --without-procd
	same 'has none' ./etc/certcycle/certcycle.conf \
		"$(cd root && find . -type f)"
else
	skip 'make install' 'this is no source tree'
fi
done_testing
