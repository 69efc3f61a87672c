#!/bin/sh
# The units for systemd: clean and hardened by systemd's own measure; and what
# they do under a systemd of this test's own, process 1 of its namespaces: each
# end that a tick can have, and what hooks can do in spite of the hardening.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2317,SC2016,SC2154 # what exits and ok call; tap.sh sets them
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
needs systemd-analyze

# fill_units DIR BIN: the units of this build, for programs in BIN and a
# configuration below /run/t
fill_units() {
	mkdir -p "$1/before-243"
	for unit in certcycle.service certcycle.timer certcycle@.service \
		certcycle@.timer; do
		for place in "$unit" "before-243/$unit"; do
			sed -e "s|^\(Exec[A-Za-z]*=\)[^ ]*/certcycle |\1$2/certcycle |" \
				-e 's|^\(ReadWritePaths=-\)[^ ]*/certcycle -.*|\1/run/t/etc/certcycle|' \
				"$build_dir/conf/systemd/$place" >"$1/$place"
		done
	done
}
fill_units units "$T/stage/bin"

# --- by systemd's own measure ---
for dir in units units/before-243; do
	for unit in certcycle.service certcycle.timer certcycle@default.service \
		certcycle@default.timer; do
		exits 0 systemd-analyze verify --man=no "$dir/$unit"
		same 'and there is nothing to say' '' "$(cat out err)"
	done
	for unit in certcycle.service certcycle@.service; do
		exits 0 systemd-analyze security --offline=yes --threshold=30 \
			--no-pager "$dir/$unit"
	done
done
grep -l -E '^(ExecCondition|FixedRandomDelay|ProtectClock)=' \
	units/before-243/* >late
same 'systemd before 243 finds nothing that it does not know' '' "$(cat late)"

# --- a systemd of our own ---
enough() {
	init=$(first /usr/lib/systemd/systemd /lib/systemd/systemd)
	cgroup=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)
	[ -n "$init" ] && [ "$(id -u)" = 0 ] && [ -w "$cgroup/cgroup.procs" ] &&
		unshare -mpfiuC --mount-proc mount --make-rprivate / 2>/dev/null
}
# hardened, nothing can be traced, and so no leak be looked for
sanitized() {
	grep -q '^SANITIZE = .' "$build_dir/Makefile"
}
if ! enough || sanitized; then
	skip 'the units under systemd' \
		'no root, no namespaces or no cgroups, or sanitizers'
	done_testing
fi
enrolled_device
cp "$cert" fresh.pem
age 10d

mkdir units.mine
fill_units units.mine /run/t/bin
for target in basic sysinit shutdown network-online time-sync timers; do
	printf '[Unit]\nDefaultDependencies=no\n' >"units.mine/$target.target"
done
# a service that uses the certificate, and keeps systemd from forgetting how a
# tick ended, as an enabled timer does
cat >units.mine/user.service <<'X'
[Unit]
Before=certcycle.service certcycle@default.service
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/true
ExecReload=/bin/sh -c 'echo reloaded >>/run/t/reloaded'
X
# what a tick says, and no hour to wait for one
for service in certcycle.service certcycle@.service; do
	mkdir "units.mine/$service.d"
	printf '%s\n' '[Service]' StandardError=append:/run/t/said \
		>"units.mine/$service.d/test.conf"
done
mkdir units.mine/certcycle@.timer.d
printf '%s\n' '[Timer]' RandomizedDelaySec=0 OnActiveSec=1s AccuracySec=1ms \
	>units.mine/certcycle@.timer.d/test.conf

cat >unit.conf <<X
[c8y]
url = localhost:$https
mtls = localhost:$mtls
mqtt = localhost:$mqtt
root_cert_path = /run/t/tls-ca.pem
[device]
id = dev1
key_path = /run/t/etc/certcycle/pair/dev1.key
cert_path = /run/t/etc/certcycle/pair/dev1.pem
csr_path = /var/lib/certcycle/%p/dev1.csr
[hooks]
services = user.service
[renewal]
retry.initial_interval = 0
[state]
path = /var/lib/certcycle/%p
run_path = /run/certcycle
X

# Everything is below /run, which is the namespace's own: the units see neither
# /tmp nor /home. No unit of the machine is there, and no generator.
cat >boot <<X
set -e
mount --make-rprivate /
for dir in /run /etc/systemd/system /var/lib /var/log; do
	mount -t tmpfs tmpfs "\$dir"
done
for dir in /usr/lib/systemd /lib/systemd; do
	for dir in "\$dir/system" "\$dir/system-generators"; do
		[ -z "\$(ls "\$dir" 2>/dev/null)" ] ||
			mount -t tmpfs tmpfs "\$dir"
	done
done
mount -t cgroup2 cgroup2 /sys/fs/cgroup
"$source_dir/tests/stage" "$build_dir" "$source_dir" /run/t
for file in /run/t/bin/* /run/t/libexec/*; do
	[ ! -L "\$file" ] || cp --remove-destination "\$(readlink "\$file")" "\$file"
done
cp -r "$T"/units.mine/* /etc/systemd/system
cp "$tls_ca" "$T/fresh.pem" "$cert" "$key" /run/t
cp "$T/unit.conf" /run/t/etc/certcycle/certcycle.conf
export container=certcycle-test
exec $init --system --unit=basic.target --log-target=null --show-status=no
X
# the bus of the machine, where it has one: systemd-run needs it
bus=$(first /usr/lib/systemd/system/dbus.service /lib/systemd/system/dbus.service)
[ -z "$bus" ] || cp "$bus" "${bus%.service}.socket" units.mine
group=$cgroup/certcycle-test.$$
mkdir "$group"
sh -c "echo 0 >'$group/cgroup.procs' && exec unshare -mpfiuC --mount-proc \
	--kill-child sh '$T/boot'" </dev/null >boot.log 2>&1 &
boot=$!
one=
populated() {
	! grep -q 'populated 0' "$group/cgroup.events"
}
at_end 'find "$group" -depth -type d -exec rmdir {} + 2>/dev/null'
at_end '{ kill -9 $one $boot; wait $boot; until_true eval "! populated"; } 2>/dev/null'

# inside COMMAND...: there, with nothing of this test's environment
inside() {
	nsenter -t "$one" -m -p -C env -i PATH=/run/t/bin:/usr/bin:/bin \
		CERTCYCLE_CONFIG_DIR=/run/t/etc/certcycle "$@"
}
up() {
	one=$(cat "/proc/$boot/task/$boot/children")
	one=${one%% *}
	[ "$(cat "/proc/$one/comm")" = systemd ] &&
		inside systemctl is-active basic.target
}
ok 'systemd runs' until_true up
[ "$code" = 0 ] || {
	sed 's/^/# /' boot.log
	done_testing
}
# set_due, set_idle: the certificate has ten days left, or a year
set_due() {
	inside cp /run/t/dev1.pem /run/t/etc/certcycle/pair/dev1.pem
}
set_idle() {
	inside cp /run/t/fresh.pem /run/t/etc/certcycle/pair/dev1.pem
}
# active: which one it is
active() {
	inside certcycle show | sed -n 's/^Serial number: //p'
}
# hook EVENT.d/NAME: the rest of standard input as a user's hook
hook() {
	{
		printf '#!/bin/sh\n'
		cat
	} >hook.new
	inside sh -c 'umask 022 && mkdir -p "${1%/*}" && cat >"$1" && chmod 755 "$1"' \
		hook "/run/t/etc/certcycle/hooks/$1" <hook.new
}
# ended RESULT [UNIT]: how systemd says that the unit's tick ended; what the
# unit's processes said is in the file said
ended() {
	unit=${2-certcycle@default.service}
	same "$unit: $1" "$1" "$(inside systemctl show -P ActiveState -P Result \
		"$unit" | tr '\n' ' ')"
	inside cat /run/t/said >said 2>/dev/null
}
tick() {
	inside rm -f /run/t/said
	inside systemctl start "${1-certcycle@default.service}"
}
inside mkdir /run/t/etc/certcycle/pair
inside cp -p /run/t/dev1.key /run/t/etc/certcycle/pair
set_idle
inside chown -R daemon:daemon /run/t/etc/certcycle/pair
inside chmod 775 /run/t/etc/certcycle/pair

exits 0 inside systemctl start user.service

# --- nothing due, due ---
inside touch /run/t/etc/certcycle/pair/dev1.pem.new.tmp
exits 0 tick
ended 'exec-condition inactive '
same 'a tick with nothing to do is silent' '' "$(cat said)"
# what a run that was cut off left
exits 1 inside test -e /run/t/etc/certcycle/pair/dev1.pem.new.tmp
set_due
before=$(active)
exits 0 tick
ended 'success inactive '
ok 'another certificate is active' [ "$(active)" != "$before" ]
same 'it belongs to whom the former one did' 'daemon daemon' \
	"$(inside ls -l /run/t/etc/certcycle/pair/dev1.pem | awk '{ print $3, $4 }')"
same 'and is reloaded in spite of the hardening' reloaded \
	"$(inside cat /run/t/reloaded)"

# --- a tick that fails, and one that does not ---
set_due
sandbox fault refused
exits 1 tick
ended 'exit-code failed '
grep -q 'refused\|status 40' said
result $? 'it says why'
sandbox fault pending
exits 0 inside systemctl reset-failed certcycle@default.service
exits 0 tick
ended 'success inactive '
# what the server has asked for is over
inside rm /var/lib/certcycle/default/state
exits 0 inside sh -c 'lock-run /run/certcycle/default.lock \
	systemctl start certcycle@default.service'
ended 'success inactive '
grep -q 'held by process' said
result $? 'another run is at it'

# --- an outage costs no candidate ---
hook verify.d/30-outage <<'X'
exit 69
X
count=$(issued)
set_due
exits 1 tick
ended 'exit-code failed '
exits 0 inside test -s /run/t/etc/certcycle/pair/dev1.pem.new
inside rm /run/t/etc/certcycle/hooks/verify.d/30-outage
exits 0 tick
ended 'success inactive '
same 'the candidate that waited is used' $((count + 1)) "$(issued)"
exits 1 inside test -e /run/t/etc/certcycle/pair/dev1.pem.new

# --- what cannot be told is a failure ---
inside mv /run/t/etc/certcycle/certcycle.conf /run/t/conf
inside sh -c 'echo nonsense >/run/t/etc/certcycle/certcycle.conf'
exits 1 tick
ended 'exit-code failed '
inside mv /run/t/conf /run/t/etc/certcycle/certcycle.conf

# --- what hooks cannot do, but by a line that is loosened ---
hook post-renew.d/60-elsewhere <<'X'
echo >/usr/local/certcycle-was-here || exit 1
X
set_due
exits 1 tick
ended 'exit-code failed '
grep -q 'Read-only file system' said
result $? 'a hook cannot write elsewhere'
inside sh -c 'printf "%s\n" "[Service]" ReadWritePaths=/run/t/elsewhere \
	>/etc/systemd/system/certcycle@.service.d/loose.conf'
hook post-renew.d/60-elsewhere <<'X'
echo >/run/t/elsewhere/file || exit 1
X
inside mkdir /run/t/elsewhere
inside systemctl daemon-reload
exits 0 tick
ended 'success inactive '
exits 0 inside test -e /run/t/elsewhere/file

inside rm /run/t/etc/certcycle/hooks/post-renew.d/60-elsewhere

# --- the hook for thin-edge.io leaves the hardening behind ---
if [ -n "$bus" ]; then
	inside sh -c 'cat >/run/t/bin/tedge && chmod 755 /run/t/bin/tedge' <<'X'
#!/bin/sh
case $1 in
config) echo /run/t/etc/certcycle/pair/dev1.pem ;;
*) echo "$*" >/run/t/tedge.conf || exit 1 ;;
esac
X
	inside ln -s /run/t/libexec/thin-edge/60-tedge \
		/run/t/etc/certcycle/hooks/post-renew.d
	inside systemctl start dbus.service
	set_due
	exits 0 tick
	ended 'success inactive '
	same 'thin-edge.io connects again, and writes what it likes' \
		'reconnect c8y' "$(inside cat /run/t/tedge.conf)"
	inside rm /run/t/etc/certcycle/hooks/post-renew.d/60-tedge
else
	skip 'the hook for thin-edge.io' 'no D-Bus here'
fi

# --- all profiles; and the timer ---
exits 0 tick certcycle.service
ended 'success inactive ' certcycle.service
same 'silent' '' "$(cat said)"
set_due
before=$(active)
exits 0 tick certcycle.service
ok 'another certificate is active' [ "$(active)" != "$before" ]
set_due
before=$(active)
exits 0 inside systemctl start certcycle@default.timer
renewed() {
	[ "$(active)" != "$before" ]
}
ok 'the timer starts a tick' until_true renewed

# --- the same for systemd before 243 ---
inside systemctl stop certcycle@default.timer
inside sh -c 'cp /etc/systemd/system/before-243/* /etc/systemd/system'
inside systemctl daemon-reload
exits 0 tick
ended 'success inactive '
same 'a tick with nothing to do is silent' '' "$(cat said)"
set_due
before=$(active)
exits 0 tick
ended 'success inactive '
ok 'another certificate is active' [ "$(active)" != "$before" ]
set_due
sandbox fault refused
exits 1 tick
ended 'exit-code failed '
done_testing
