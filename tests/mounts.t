#!/bin/sh
# File systems that are read-only, full, or gone after a restart: what a run does
# on them, and what doctor says. In a mount namespace of the test's own.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2016,SC2086,SC2317 # expanded later; a shell and its word;
# functions are called by exits
if [ "${1:-}" != inside ]; then
	unshare -m true 2>/dev/null && exec unshare -m ${TEST_SHELL:-sh} \
		"$0" inside
	unshare -rm true 2>/dev/null && exec unshare -rm ${TEST_SHELL:-sh} \
		"$0" inside
	printf '1..0 # SKIP no mount namespace of its own is allowed here\n'
	exit 0
fi
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
start_sandbox
printf 'secret-for-dev1\n' >otp
chmod 600 otp
sandbox register dev1 otp >/dev/null
cert=$device/dev1.pem

doctor() {
	certcycle -o c8y.mqtt= "$@" doctor
}
serial() {
	certcycle show | sed -n 's/^Serial number: //p'
}

# --- /etc is read-only: certificates and state are elsewhere ---
at_end 'umount "$T/etc"'
mount --bind etc etc
mount -o remount,ro,bind etc
exits 1 touch etc/file
exits 0 certcycle enroll
before=$(serial)
exits 0 certcycle run --force
ok 'it is renewed' [ "$(serial)" != "$before" ]
exits 0 doctor
prints '^ok       directories '

# --- certificates in a directory that is read-only ---
mount --bind "$device" "$device"
mount -o remount,ro,bind "$device"
before=$(serial)
exits 70 certcycle run --force
same 'the active certificate is as it was' "$before" "$(serial)"
exits 71 doctor
prints "^problem  directories   $device: cannot be written$"
prints '^ +its file system is read-only: have device.cert_path elsewhere$'
exits 65 doctor -o "device.cert_path=$T/new/dev1.pem" \
	-o "device.key_path=$device/none.key" -o "device.csr_path=$T/new/dev1.csr"
prints "have device.key_path elsewhere$"
exits 71 doctor -o "state.path=$device/state" \
	-o "device.csr_path=$device/state/dev1.csr"
prints 'have state.path and device.csr_path elsewhere$'
# what cannot be noted is not told with the words of an earlier run
mv state/state kept
exits 70 certcycle -o "device.cert_path=$device/dev1.pem" run --force
mkdir -p "$T/earlier"
sed 's/^result=.*/result=69/; s/^why=.*/why=of old/' state/state >"$T/earlier/state"
mount --bind earlier earlier
mount -o remount,ro,bind earlier
exits 70 certcycle -o "state.path=$T/earlier" -o "device.csr_path=$T/dev1.csr" \
	run --force
cp err said
exits 1 grep 'of old' said
umount earlier
mv kept state/state
# a key that stays can be where nothing is written
mkdir other
cp "$cert" other
exits 0 doctor -o "device.cert_path=$T/other/dev1.pem" \
	-o "device.csr_path=$T/other/dev1.csr"
exits 0 certcycle -o "device.cert_path=$T/other/dev1.pem" \
	-o "device.csr_path=$T/other/dev1.csr" run --force
exits 70 certcycle -o "device.cert_path=$T/other/dev1.pem" \
	-o "device.csr_path=$T/other/dev1.csr" -o certificate.rekey=always \
	run --force
umount "$device"

# --- the state is in memory ---
mkdir memory
at_end 'umount "$T/memory/a b" "$T/memory"'
mount -t tmpfs -o size=2m none memory
in_memory() {
	doctor -o "state.path=$T/memory/$1"
}
exits 0 in_memory state
prints "^warning  lasting       $T/memory/state: on tmpfs: gone after a restart"
prints '^ +have it on a disk: '
exits 0 in_memory .
prints '^warning  lasting '
mkdir 'memory/a b'
mount -t ramfs none 'memory/a b'
exits 0 in_memory 'a b/state'
prints 'on ramfs: gone'
mkdir 'memory/a b/state'
exits 0 certcycle -o "state.path=$T/memory/a b/state" hooks run pre-renew

# --- an overlay is where its upper directory is ---
mkdir lower merged memory/upper memory/work
if mount -t overlay -o "lowerdir=$T/lower,upperdir=$T/memory/upper" \
	-o "workdir=$T/memory/work" none merged 2>/dev/null; then
	exits 0 doctor -o "state.path=$T/merged/state"
	prints "^warning  lasting       $T/merged/state: on tmpfs: gone"
	umount merged
else
	skip 'an overlay' 'none can be mounted here'
fi

# --- the disk is full ---
mkdir full
at_end 'umount "$T/full"'
mount -t tmpfs -o size=300k none full
cp "$cert" "$device/dev1.key" full
full() {
	certcycle -o c8y.mqtt= -o "device.cert_path=$T/full/dev1.pem" \
		-o "device.key_path=$T/full/dev1.key" "$@"
}
exits 0 full doctor
prints '^ok       space '
head -c 200000 /dev/zero >full/fill
exits 71 full doctor
prints "^problem  space         $T/full: [0-9]+ KiB free$"
prints '^ +make room: 256 KiB are needed$'
exits 70 full run --force
grep -q 'KiB free' err
result $? 'and says so'

# --- what starts certcycle ---
for dir in /etc/cron.d /etc/cron.hourly /etc/crontabs /var/spool/cron \
	/etc/runlevels /etc/rc.d /etc/rc2.d /etc/rc3.d /etc/rc4.d /etc/rc5.d \
	/etc/periodic /etc/service /var/service /run/systemd; do
	# an empty one each: what is put into one is in no other
	if [ -d "$dir" ]; then
		place=empty$(printf '%s\n' "$dir" | tr / -)
		mkdir "$place" && mount --bind "$place" "$dir"
	fi
done
# one of its own: what is written there shows nowhere else
mkdir -p lines
[ ! -d /etc/cron.d ] || mount --bind lines /etc/cron.d
if [ -d /etc/cron.d ] && ! grep -qs certcycle /etc/crontab; then
	exits 0 doctor
	prints '^warning  scheduler '
	prints '^ +have certcycle run started each hour: '
	printf '# 1 * * * * root certcycle run\n' >/etc/cron.d/certcycle
	exits 0 doctor
	prints '^warning  scheduler '
	printf '1 * * * * root certcycle run\n' >>/etc/cron.d/certcycle
	exits 0 doctor
	prints '^ok       scheduler     /etc/cron.d/certcycle$'
else
	skip 'a line for cron' 'there is no /etc/cron.d, or certcycle runs here'
fi
if [ -d /run/systemd ]; then
	mkdir -p /run/systemd/system
	printf '1 * * * * root [ -d /run/systemd/system ] || certcycle run\n' \
		>/etc/cron.d/certcycle
	exits 0 doctor
	prints '^warning  scheduler '
	mkdir /run/systemd/timesync
	exits 0 doctor
	prints '^warning  clock .*not synchronized'
	: >/run/systemd/timesync/synchronized
	exits 0 doctor
	prints '^ok       clock .*, synchronized$'
else
	skip 'systemd' 'it has no directory here'
fi
done_testing
