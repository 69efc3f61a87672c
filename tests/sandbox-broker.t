#!/bin/sh
# The sandbox's broker as port 8883 of a tenant: who gets in and who is told what,
# by certificate and by password; what ends a session; SmartREST; and what of it
# stands in the log. All clients are Mosquitto's and certcycle's own.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2317 # exits and fails call the functions
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
needs openssl mosquitto mosquitto_sub mosquitto_rr python3
start_sandbox
log=$T/sandbox/broker.log
tenant=https://localhost:$https/tenant
certs=$tenant/tenants/t1000/trusted-certificates

# state SQL: what the tenant knows, a line for each row
state() {
	python3 - "$T/sandbox/sandbox.db" "$1" <<-'EOT'
		import sqlite3, sys
		db = sqlite3.connect(sys.argv[1], timeout=10)
		for row in db.execute(sys.argv[2]):
		    print("|".join(str(field) for field in row))
		db.commit()
	EOT
}
# call OPTION...: as the operator
call() {
	rest-call --ca "$tls_ca" --netrc sandbox/netrc "$@"
}
fingerprint() {
	openssl x509 -in "$1" -outform DER | openssl sha1 -r | cut -d ' ' -f 1
}
# enroll ID: ID.key and ID.pem
enroll() {
	(umask 077 && printf 'secret-for-it\n' >otp)
	sandbox register "$1" otp >/dev/null
	csr-gen --key "$1.key" --new-key ec-p256 --cn "$1" |
		est-post --enroll --url "https://localhost:$https" \
			--ca "$tls_ca" --user "$1" --password-file otp \
			>"$1.pem"
}
# from_ca CA NAME: NAME.key and NAME.pem
from_ca() {
	csr-gen --key "$2.key" --new-key ec-p256 --cn "$2" |
		cert-sign --ca-cert "$1.pem" --ca-key "$1.key" >"$2.pem"
}
# plain PROGRAM OPTION...: without a certificate, in the place of the shell
plain() {
	program=$1
	shift
	exec "$program" -h localhost -p "$mqtt" --cafile "$tls_ca" "$@"
}
# client PROGRAM NAME OPTION...: with NAME's certificate
client() {
	tool=$1 name=$2
	shift 2
	plain "$tool" --cert "$name.pem" --key "$name.key" "$@"
}
# probe NAME [OPTION...]
probe() {
	mqtt-probe --host localhost --port "$mqtt" --ca "$tls_ca" \
		--cert "$1.pem" --key "$1.key" --timeout 9s
}
# told CODE COMMAND...: the broker answers CONNECT so; mosquitto_pub ends with it
told() {
	connack=$1
	shift
	code=0
	("$@" -q 1 -t s/us -m 500) >"$T/out" 2>"$T/err" || code=$?
	[ "$code" = "$connack" ]
	result $? "CONNACK $connack: $(describe "$@")"
}
# raw BYTES: what the broker says to them, as dev1, until it closes
raw() {
	{
		# shellcheck disable=SC2059 # they are escapes
		printf "$1"
		sleep 2
	} | timeout 5 openssl s_client -quiet -connect "localhost:$mqtt" \
		-CAfile "$tls_ca" -cert dev1.pem -key dev1.key 2>/dev/null |
		od -An -tx1 | tr -d ' \n'
}
# hears NAME FILE OPTION...: a session that stays; its process is $session, and
# what it is told goes to FILE
hears() {
	name=$1 file=$2
	shift 2
	subacks=$(grep -c 'Sending SUBACK' "$log")
	(client mosquitto_sub "$name" -V mqttv311 "$@") >"$file" 2>&1 &
	session=$!
	at_end "kill -9 $session 2>/dev/null"
	until_true more_subacks
}
more_subacks() {
	[ "$(grep -c 'Sending SUBACK' "$log")" -gt "$subacks" ]
}
# ends NAME WHY COMMAND...: a session of NAME, which does not come back by
# itself, is ended by COMMAND within two seconds, and no one else's
ends() {
	name=$1 why=$2
	shift 2
	hears "$name" heard -i "$name" -t s/ds -d
	before=$(grep -c 'disconnected' "$log")
	"$@" >"$T/out" 2>"$T/err" || printf '# %s failed\n' "$1"
	at=$(date +%s)
	ok "$name: its session is ended" \
		until_true grep -q "sandbox: $name: ended: $why" "$log"
	[ $(($(date +%s) - at)) -le 2 ]
	result $? 'within two seconds'
	kill -9 "$session" 2>/dev/null
	wait "$session" 2>/dev/null
	logged DISCONNECT "$name" 0 "$why"
}
# logged METHOD DEVICE STATUS [NOTE]: the last such line of the log
logged() {
	ok "log: $*" until_true in_log "$@"
}
in_log() {
	[ -n "$(state "SELECT id FROM log WHERE port = 'mqtt'
		AND method = '$1' AND device = '$2' AND status = $3
		AND note LIKE '${4:-}%'")" ]
}

# --- by certificate ---
enroll dev1
enroll dev2
ok 'a device of the tenant' probe dev1
told 0 client mosquitto_pub dev1 -i dev1
logged CONNECT dev1 0
logged DISCONNECT dev1 0
for id in d:dev1 d:dev1:templates; do
	told 0 client mosquitto_pub dev1 -i "$id"
done
for id in dev2 d:dev2 x:dev1 d: d::dev1 dev1:d; do
	told 5 client mosquitto_pub dev1 -i "$id"
done
logged CONNECT dev2 5 'client id and certificate differ'
logged CONNECT '' 5 'neither ID nor d:ID'
make_pair dev3
told 5 client mosquitto_pub dev3 -i dev3
logged CONNECT dev3 5 'its certificate is not trusted'
from_ca sandbox/ca dev4
told 5 client mosquitto_pub dev4 -i dev4
logged CONNECT dev4 5 'not a device of this tenant'
fails 77 'CONNACK 5' probe dev4

# seen_with ID FILE: the tenant lists that certificate of ID
seen_with() {
	serial=$(openssl x509 -in "$2" -noout -serial | sed 's/serial=0*//' |
		tr A-F a-f)
	call --url "https://localhost:$https/user/t1000/users/device_$1?withCertificates=true" |
		grep -q "\"serialNumber\":\"$serial\""
}
ok 'a certificate that was let in is listed' until_true seen_with dev1 dev1.pem
exits 1 seen_with dev2 dev2.pem
told 0 client mosquitto_pub dev2 -i dev2
ok 'and once it was' until_true seen_with dev2 dev2.pem

# --- the protocol: MQTT 3.1.1, clean sessions ---
exits 0 raw '\020\021\000\004MQTT\005\002\000\074\000\000\004dev1'
same 'MQTT 5: CONNACK 1' '20020001' "$(cat out)"
logged CONNECT dev1 1 'MQTT 5'
told 0 client mosquitto_pub dev1 -i dev1 -V mqttv31
enroll a-name-of-twenty-four-by
told 5 client mosquitto_pub a-name-of-twenty-four-by \
	-i a-name-of-twenty-four-by -V mqttv31
told 0 client mosquitto_pub a-name-of-twenty-four-by \
	-i a-name-of-twenty-four-by -V mqttv311
exits 0 raw '\020\014\000\004MQTT\004\002\000\074\000\000'
same 'no client id: CONNACK 2' '20020002' "$(cat out)"
exits 0 raw '\020\020\000\004MQTT\004\000\000\074\000\004dev1'
same 'a session that is not clean: CONNACK 5' '20020005' "$(cat out)"
told 5 client mosquitto_pub dev1 -i dev1 -c
logged CONNECT dev1 5 'the session is not clean'
# unclean HOW: the sandbox's setting for that
unclean() {
	state "INSERT OR REPLACE INTO option VALUES ('sandbox',
		'mqtt.unclean-session', '$1')"
}
unclean closed
exits 0 raw '\020\020\000\004MQTT\004\000\000\074\000\004dev1'
same 'closed' '' "$(cat out)"
unclean taken
told 0 client mosquitto_pub dev1 -i dev1 -c
unclean refused

# --- by password: no certificate is needed for that ---
state "UPDATE device SET password = 'dev2-password' WHERE id = 'dev2'"
for user in device_dev2 t1000/device_dev2; do
	told 0 plain mosquitto_pub -i dev2 -u $user -P dev2-password
done
told 0 plain mosquitto_pub -i d:dev2 -u device_dev2 -P dev2-password
told 4 plain mosquitto_pub -i dev2 -u device_dev2 -P other
logged CONNECT dev2 4 'a wrong password'
told 4 plain mosquitto_pub -i dev1 -u device_dev2 -P dev2-password
told 4 plain mosquitto_pub -i dev2 -u t2000/device_dev2 -P dev2-password
told 4 plain mosquitto_pub -i dev1 -u device_dev1 -P dev2-password
told 5 plain mosquitto_pub -i dev2 -u device_dev2
told 5 plain mosquitto_pub -i dev2
logged CONNECT dev2 5 'neither a certificate nor a user'
told 5 client mosquitto_pub dev3 -i dev2 -u device_dev2 -P dev2-password

# --- one session for a device ---
hears dev1 first -i dev1 -t s/ds -d
first=$session
(client mosquitto_pub dev1 -i d:dev1 -t s/us -m 500)
ok 'another client id of this device throws it out' \
	until_true grep -q 'Client dev1 been disconnected by admin' "$log"
logged DISCONNECT dev1 0 'a newer session'
kill -9 "$first" 2>/dev/null
wait "$first" 2>/dev/null

# --- tokens ---
# asks FILE OPTION...: a client that asks for a token, and listens to all
asks() {
	file=$1
	shift
	("$@" -V mqttv311 -W 3 -t s/uat -e s/dat -n) >"$file" 2>"$T/err"
}
exits 0 asks token client mosquitto_rr dev1 -i dev1
ok 'a token' grep -qE '^71,[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+){2}$' token
logged PUBLISH dev1 0
exits 0 asks token client mosquitto_rr dev1 -i d:dev1:x
ok 'a token, whatever the form of the client id' grep -q '^71,' token
exits 27 asks token plain mosquitto_rr -i dev2 -u device_dev2 -P dev2-password
same 'none with a password' '' "$(cat token)"
(plain mosquitto_rr -i dev2 -V mqttv311 -u device_dev2 -P dev2-password \
	-W 3 -t s/uat -e s/e -n) >heard 2>&1
same 'and it is told why' "$(cat heard)" \
	'41,,MqttAuth: Cannot publish token for device that do not use certificate authentication'
logged PUBLISH dev2 41 '41,,MqttAuth'
(client mosquitto_rr dev1 -i dev1 -V mqttv311 -W 1 -t s/uat -e s/e -n -d) \
	>heard 2>&1
ok 'who listens to something else' grep -q 'received SUBACK' heard
exits 1 grep 's/dat' heard
logged PUBLISH dev1 0 'not subscribed to s/dat'
hears dev1 dat -i dev1 -t s/e -t s/ds
(client mosquitto_rr dev2 -i dev2 -V mqttv311 -W 3 -t s/uat -e s/dat -n) >token
ok 'dev2 gets its own' grep -q '^71,' token
subacks=$(grep -c 'Sending PUBACK' "$log")
kill -9 "$session"
wait "$session" 2>/dev/null
same 'dev1 hears nothing of it' '' "$(cat dat)"

# --- what is ordered to go wrong ---
exits 0 sandbox fault token-refused --device=dev1
exits 27 asks token client mosquitto_rr dev1 -i dev1
same 'a token that is refused' '' "$(cat token)"
logged PUBLISH dev1 0 token-refused
exits 0 asks token client mosquitto_rr dev1 -i dev1
exits 0 sandbox fault token-late --device=dev1 --seconds=2
before=$(date +%s%N)
(client mosquitto_rr dev1 -i dev1 -V mqttv311 -W 5 -t s/uat -e s/dat -n) \
	>late 2>&1 &
late=$!
exits 0 asks token client mosquitto_rr dev2 -i dev2
ok 'others do not wait for a token that is late' \
	[ $((($(date +%s%N) - before) / 1000000)) -lt 1500 ]
wait "$late"
ok 'which comes' grep -q '^71,' late
ok 'late' [ $((($(date +%s%N) - before) / 1000000)) -ge 2000 ]
exits 0 sandbox fault token-late --device=dev1 --seconds=1
(client mosquitto_rr dev1 -i dev1 -V mqttv311 -W 1 -t s/uat -e s/dat -n) >late 2>&1
exits 0 sandbox fault broker-refused 60 --device=dev1
told 5 client mosquitto_pub dev1 -i dev1
logged CONNECT dev1 5 broker-refused
told 0 client mosquitto_pub dev2 -i dev2
exits 0 sandbox fault broker-refused 0
exits 0 sandbox fault broker-unavailable 60
told 3 client mosquitto_pub dev1 -i dev1
fails 75 'CONNACK 3' probe dev2
logged CONNECT dev1 3 broker-unavailable
exits 0 sandbox fault broker-unavailable 0
told 0 client mosquitto_pub dev1 -i dev1

# --- SmartREST ---
# answer NAME MESSAGE: what comes on s/e for what is published on s/us
answer() {
	code=0
	(client mosquitto_rr "$1" -i "$1" -V mqttv311 -W 1 -t "${3:-s/us}" \
		-e s/e -m "$2") 2>"$T/err" || code=$?
	[ "$code" = 0 ] || printf 'exit %s\n' "$code"
}
silence='exit 27'
state "UPDATE device SET name = NULL, type = NULL"
same '100 is done' "$(answer dev1 '100,Pump 1,pump')" "$silence"
same 'and names the device' 'Pump 1|pump' \
	"$(state "SELECT name, type FROM device WHERE id = 'dev1'")"
same 'once' '41,100,Device already existing' "$(answer dev1 '100,other,other')"
same 'and no more' 'Pump 1|pump' \
	"$(state "SELECT name, type FROM device WHERE id = 'dev1'")"
logged PUBLISH dev1 41 '41,100,Device already existing'
same 'without name and type' "$(answer dev2 100)" "$silence"
same 'it gets a tenant'\''s' 'MQTT Device dev2|c8y_MQTTDevice' \
	"$(state "SELECT name, type FROM device WHERE id = 'dev2'")"
state "UPDATE device SET name = NULL, type = NULL"
same 'quoted' "$(answer dev1 '100,"Pump, \"left\"",pump')" "$silence"
same 'without the quotes' 'Pump, "left"|pump' \
	"$(state "SELECT name, type FROM device WHERE id = 'dev1'")"
number=$(state "SELECT number FROM device WHERE id = 'dev1'")
code=0
(client mosquitto_rr dev1 -i dev1 -V mqttv311 -W 3 -t s/us -e s/ds -m 123) \
	>heard 2>&1
same '123 asks for the number of the managed object' "124,$number" "$(cat heard)"
for known in 200,c8y_Temperature,T,25 400,e,text 500 501,c8y_Restart \
	503,c8y_Restart 114,c8y_Restart 117,60 301,a; do
	same "$known is taken" "$(answer dev1 "$known")" "$silence"
done
for odd in 999 510 99999999999999999999 1000 ' 100' x; do
	same "'$odd' is none" "40,$odd,No static template for this message id" \
		"$(answer dev1 "$odd,I made this up")"
done
same 'a row each' '40,999,No static template for this message id' \
	"$(answer dev1 '200,a,b,1
999,x
500')"
same 'a child is another device' "$silence" \
	"$(answer dev1 '100,x,y' s/us/child)"
same 'transient' '41,100,Device already existing' "$(answer dev1 100 t/us)"
for topic in s/us s/dat s/e s/ds '#' +/+; do
	(client mosquitto_sub dev1 -V mqttv311 -i dev1 -t "$topic" -W 1 -d) \
		>heard 2>&1
	case $topic in
	s/us | '#' | +/+) want=128 ;;
	*) want=0 ;;
	esac
	ok "subscribe to $topic: $want" grep -q "Subscribed (mid: 1): $want" heard
done

# --- what ends a session ---
make_pair root
exits 0 call --url "$certs" --text-file certInPemFormat=root.pem \
	--text status=ENABLED --text autoRegistrationEnabled=true
root=$(fingerprint root.pem)
for id in auto1 auto2 auto3; do
	from_ca root $id
	ok "$id registers itself" probe $id
done
hears dev2 bystander -i dev2 -t s/ds -d
bystander=$session
# put URL NAME=VALUE
put() {
	call --url "$1" --method PUT --text "$2"
}
ends auto1 'its certificate is not trusted' put "$certs/$root" status=DISABLED
exits 0 put "$certs/$root" status=ENABLED
ends auto1 'the device is removed' "$libexec/sandbox-admin" \
	--dir sandbox remove auto1
ok 'and it may register itself again' probe auto1
users=https://localhost:$https/user/t1000/users
# disable ID: its user
disable() {
	printf '{"enabled":false}' >user.json
	call --url "$users/device_$1" --method PUT \
		--content-type application/json user.json
}
ends auto2 'the device is removed, or its user disabled' disable auto2
told 5 client mosquitto_pub auto2 -i auto2
# revoke FILE: its serial number
revoke() {
	serial=$(openssl x509 -in "$1" -noout -serial | sed 's/serial=//')
	printf '{"crls":[{"serialNumberInHex":"%s"}]}' "$serial" >crl.json
	call --url "$tenant/trusted-certificates/settings/crl" --method PUT \
		--content-type application/json crl.json
}
revoked='its certificate, or one above it, is revoked'
for id in rev1 rev2 rev3; do
	from_ca root $id
	ok "$id registers itself" probe $id
done
exits 0 revoke rev1.pem
ok 'revoked, and no one looks at it' probe rev1
ends rev1 "$revoked" put "$tenant/options/configuration/crl.offline.check.enabled" \
	value=true
told 5 client mosquitto_pub rev1 -i rev1
logged CONNECT rev1 5 "$revoked"
ends rev2 "$revoked" revoke rev2.pem
ok 'another of that CA is not' probe rev3
make_pair other
exits 0 call --url "$certs" --text-file certInPemFormat=other.pem \
	--text status=ENABLED --text autoRegistrationEnabled=true
from_ca other oth1
ok 'a second CA' probe oth1
ends oth1 "$revoked" revoke other.pem
ends auto3 'its certificate is not trusted' call --method DELETE \
	--url "$certs/$root"
ok 'and nobody else is' kill -0 "$bystander"
exits 1 grep 'sandbox: dev2: ended' "$log"
exits 0 disable dev2
ok 'until it is its turn' until_true grep -q 'sandbox: dev2: ended' "$log"
kill -9 "$bystander" 2>/dev/null
wait "$bystander" 2>/dev/null

# --- who writes long does not stall the broker ---
python3 - sandbox/sandbox.db <<'EOT' &
import sqlite3, sys, time
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("BEGIN IMMEDIATE")
open("held", "w").close()
time.sleep(4)
db.execute("COMMIT")
EOT
holder=$!
until_true test -e held
before=$(date +%s)
ok 'a device gets in meanwhile' probe dev1
exits 0 asks token client mosquitto_rr dev1 -i dev1
[ $(($(date +%s) - before)) -le 2 ]
result $? 'at once'
wait "$holder"
logged PUBLISH dev1 0
done_testing
