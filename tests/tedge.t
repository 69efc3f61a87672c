#!/bin/sh
# certcycle import-tedge, and the hook that it links: a device of thin-edge.io is
# renewed by certcycle, over its bridge. thin-edge.io itself cannot be had here:
# a program that answers `tedge config get` from a file is in its place, and
# writes down what else it is asked. The broker and its bridge are real.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2317,SC2016,SC2154,SC2012 # what exits and ok call; tap.sh
# sets them; names without blanks
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
needs mosquitto

cat >stage/bin/tedge <<X
#!/bin/sh
profile=
case "\$*" in *' --profile '*) profile=.\${*##* } ;; esac
case \$1 in
config)
	case \$3\$profile in
	c8y.*) file=$T/tedge\$profile.conf ;;
	*.second) exit 2 ;;
	*) file=$T/tedge.conf ;;
	esac
	[ -e "\$file" ] || exit 1
	grep -q "^\$3=" "\$file" || {
		echo "\$3 is not set" >&2
		exit 0
	}
	sed -n "s|^\$3=||p" "\$file"
	;;
*) echo "\$*" >>"$T/asked" ;;
esac
X
# and where systemd runs it is not asked
cat >stage/bin/systemctl <<X
#!/bin/sh
echo "\$*" >>"$T/units"
X
cat >stage/bin/systemd-run <<X
#!/bin/sh
while case \$1 in -*) ;; *) false ;; esac; do
	shift
done
exec "\$@"
X
chmod 755 stage/bin/tedge stage/bin/systemctl stage/bin/systemd-run

enrolled_device
age 10d

# --- a broker with a bridge to the tenant, as thin-edge.io has it ---
edge=$("$libexec/sandbox-admin" free-port)
cat >edge.conf <<X
listener $edge 127.0.0.1
user $(id -un)
allow_anonymous true
log_type all
connection tenant
address localhost:$mqtt
remote_clientid dev1
notifications false
try_private false
cleansession true
bridge_cafile $tls_ca
bridge_certfile $cert
bridge_keyfile $key
topic s/uat out 0 c8y/ ""
topic s/dat in 0 c8y/ ""
X
mosquitto -c edge.conf >edge.log 2>&1 &
at_end "{ kill $!; wait $!; } 2>/dev/null"
ok 'the bridge is up' until_true grep -q 'Received SUBACK' edge.log

cat >tedge.conf <<X
device.id=dev1
device.cert_path=$cert
device.key_path=$key
device.csr_path=$device/tedge.csr
certificate.organization=Thin Edge
certificate.organization_unit=Device
certificate.validity.requested_duration=365d
certificate.validity.minimum_duration=30d
c8y.url=localhost:$https
c8y.http=localhost:$https
c8y.mqtt=localhost:$mqtt
c8y.root_cert_path=$tls_ca
c8y.bridge.topic_prefix=c8y
mqtt.client.host=127.0.0.1
mqtt.client.port=$edge
X
mkdir edge
cat >edge/certcycle.conf <<X
# mine
[state]
path = $T/edge/state/%p
run_path = $T/run
[c8y]
mtls = localhost:$mtls
X
CERTCYCLE_CONFIG_DIR=$T/edge
hook=edge/hooks/post-renew.d/60-tedge

# --- said, and done ---
misused certcycle import-tedge --cloud
misused certcycle import-tedge --tedge-profile=
exits 0 certcycle import-tedge --dry-run
prints "^device.cert_path=$cert$"
prints '^certificate.organization=Thin Edge$'
prints '^c8y.token_via=broker$'
prints '^hooks.timeout=5m$'
prints '^# ln .*/60-tedge$'
prints '^# systemctl mask tedge-cert-renewer@c8y.timer$'
same 'nothing is done' 'certcycle.conf' "$(ls edge)"
exits 1 test -e units

if [ "$(id -u)" = 0 ]; then
	chown -R daemon:daemon "$device"
fi
owner=$(ls -l "$key" | awk '{ print $3, $4 }')
exits 0 certcycle import-tedge
silent
conf-get --list >list
sed -n 's/=.*//p' tedge.conf >names
grep -xF -f tedge.conf list | sed 's/=.*//' | sort >same
same 'each key is what it is there' "$(sort names)" "$(cat same)"
same 'the owner stays' "$owner" \
	"$(conf-get device.owner) $(conf-get device.group)"
ok 'what else was in the file stays' grep -q '^# mine' edge/certcycle.conf
ok 'the hook is linked' [ -L "$hook" ]
same "thin-edge.io's own renewer does not run" \
	'mask tedge-cert-renewer@c8y.timer' "$(head -n 1 units)"
sum=$(cksum edge/certcycle.conf)
exits 0 certcycle import-tedge
same 'once more changes nothing' "$sum" "$(cksum edge/certcycle.conf)"

# --- a renewal ---
before=$(serial)
cp sandbox/broker.log broker.before
exits 0 certcycle run
ok 'another certificate is active' [ "$(serial)" != "$before" ]
ok 'its token came over the bridge' grep -q 'c8y/s/dat' edge.log
same 'which stays connected' "$(grep -c 'as dev1' broker.before)" \
	"$(grep -c 'as dev1' sandbox/broker.log)"
same 'thin-edge.io connects again, once' 'reconnect c8y' "$(cat asked)"
same 'the owner stays' "$owner" "$(ls -l "$cert" | awk '{ print $3, $4 }')"
exits 0 certcycle run
same 'nothing more to do' 1 "$(wc -l <asked | tr -d ' ')"

# --- a profile ---
mkdir second
{
	sed -e "s|^device|c8y.device|; s|$device|$T/second|" \
		-e 's|dev1.key$|none.key|' tedge.conf | grep '^c8y'
	echo 'c8y.device.key_uri=pkcs11:token=t;object=k'
} >tedge.second.conf
exits 0 certcycle import-tedge --tedge-profile=second
same 'its paths are its own' "$T/second/dev1.pem" \
	"$(conf-get --profile second device.cert_path)"
same 'the other ones stay' "$cert" "$(conf-get device.cert_path)"
same 'its key is on a token' 'pkcs11:token=t;object=k' "$(cat second/none.key)"
same 'its own renewer is another' \
	'mask tedge-cert-renewer-c8y@second.timer' \
	"$(grep second units | head -n 1)"

# tell PROFILE CERT: the hook, as after a renewal
tell() {
	rm -f asked
	CERTCYCLE_PROFILE=$1 CERTCYCLE_CERT=$2 "$hook" post-renew
}
exits 0 tell second "$T/second/dev1.pem"
same 'it is connected again' 'reconnect c8y --profile second' "$(cat asked)"
exits 0 tell other "$T/other.pem"
exits 1 test -e asked
exits 0 tell default "$T/other.pem"
exits 1 test -e asked

# --- no thin-edge.io, and one that is broken ---
mv tedge.conf tedge.away
exits 78 certcycle import-tedge
says '^certcycle import-tedge: tedge config get device.cert_path: fails$'
rm stage/bin/tedge
exits 71 certcycle import-tedge
says '^certcycle import-tedge: tedge: not installed$'
exits 0 tell default "$cert"
done_testing
