#!/bin/sh
# The sandbox's calls around devices, as a foreign client sees them: single and
# bulk registration, credentials, inventory, external ids, users, and the
# certificates that a device was seen with.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2317,SC2319 # ok and exits call the functions; $? is meant
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
needs openssl curl jq
start_sandbox
base=https://localhost:$https
operator=$(cat sandbox/operator)
bootstrap=$(cat sandbox/bootstrap)
requests=/devicecontrol/newDeviceRequests
bulk=/devicecontrol/bulkNewDeviceRequests
objects=/inventory/managedObjects
users=/user/t1000/users
login=$operator

# call METHOD PATH [OPTION...]: as $login; leaves $status, and the files head and
# body
call() {
	method=$1 where=$base$2
	shift 2
	rm -f body
	status=$(curl -sS --max-time 30 --cacert "$tls_ca" --user "$login" \
		-X "$method" -D head.raw -o body -w '%{http_code}' "$@" "$where" \
		2>err) || cat err >&2
	[ -e body ] || : >body
	tr -d '\r' <head.raw >headers
}
# send METHOD PATH JSON [OPTION...]
send() {
	method=$1 path=$2 sent=$3
	shift 3
	call "$method" "$path" -H 'Content-Type: application/json' \
		--data-binary "$sent" "$@"
}
# answers TEXT STATUS [EXPRESSION]: what the latest call came back with; jq finds
# EXPRESSION true of it
answers() {
	same "$1: status" "$2" "$status"
	[ "$status" = "$2" ] || printf '# %s\n' "$(tr '\n' ' ' <body)"
	[ $# -lt 3 ] || ok "$1: $(describe "$3")" jq -e "$3" body
}
# is_media NAME: of the latest answer
is_media() {
	ok "it is $1" grep -qixF \
		"Content-Type: application/vnd.com.nsn.cumulocity.$1+json" \
		headers
}
# audited EXPRESSION: what the tenant has written down of it
audited() {
	call GET '/audit/auditRecords?pageSize=2000'
	ok "audit: $1" jq -e "[.auditRecords[] | select($1)] | length > 0" body
}

# --- single registration: the device asks, an operator accepts ---
send POST "$requests" '{"id":"old1","type":"c8y_Old","groupId":"77"}'
answers 'a request without a token' 201 '.status == "WAITING_FOR_CONNECTION" and
	.id == "old1" and .type == "c8y_Old" and .groupId == "77" and
	.tenantId == "t1000"'
is_media newdevicerequest
same 'self is a URL' "$base$requests/old1" "$(jq -r .self body)"
send POST "$requests" '{"id":"old1"}'
answers 'there is one already' 409
send POST "$requests" '{"id":"x","type":1}'
answers 'a type that is no text' 422
send PUT "$requests/old1" '{"status":"ACCEPTED"}'
answers 'it has not asked yet' 422
login=$bootstrap
send POST /devicecontrol/deviceCredentials '{"id":"old1"}'
answers 'the device asks' 404
send POST /devicecontrol/deviceCredentials '{"id":"nobody"}'
answers 'who is not registered' 404
send POST /devicecontrol/deviceCredentials '{}'
answers 'who does not say who it is' 422
call GET "$requests"
answers 'the login of all devices is good for nothing else' 403
login=$operator
send POST /devicecontrol/deviceCredentials '{"id":"old1"}'
answers 'nor is that of an operator for devices' 403
call GET "$requests/old1"
answers 'the request' 200 '.status == "PENDING_ACCEPTANCE"'
send PUT "$requests/old1" '{"status":"PENDING_ACCEPTANCE"}'
answers 'a status that an operator cannot set' 422
send PUT "$requests/nobody" '{"status":"ACCEPTED"}'
answers 'a request that is not there' 404
send PUT "$requests/old1" '{"status":"ACCEPTED"}'
answers 'an operator accepts it' 200 '.status == "ACCEPTED"'
is_media newdevicerequest
call GET "$objects?text=old1"
answers 'it is no managed object yet' 200 '.managedObjects == []'
login=$bootstrap
send POST /devicecontrol/deviceCredentials '{"id":"old1"}'
answers 'the device asks again' 201 '.id == "old1" and .tenantId == "t1000" and
	.username == "device_old1" and (.password | length > 15)'
is_media devicecredentials
password=$(jq -r .password body)
send POST /devicecontrol/deviceCredentials '{"id":"old1"}'
answers 'and gets it once only' 404
login=t1000/device_old1:$password
call GET /user/currentUser
answers 'it logs in' 200 '.userName == "device_old1" and .id == "device_old1" and
	[.effectiveRoles[].id] == ["ROLE_DEVICE"]'
login=device_old1:x$password
call GET /user/currentUser
answers 'but not with another password' 401
csr-gen --key old1.key --new-key ec-p256 --cn old1 >old1.csr
login=device_old1:$password
call POST /.well-known/est/simplereenroll -H 'Accept: application/pkcs10' \
	-H 'Content-Type: application/pkcs10' --data-binary @old1.csr
answers 'and enrols with it' 200
exits 0 cert-check --match old1.key --cn old1 body
login=$operator
send POST "$requests" '{"id":"quiet"}' -H 'Accept:'
answers 'who does not say what he accepts' 201
same 'gets no body' 0 "$(wc -c <body)"
call DELETE "$requests/quiet"
answers 'removed' 204
audited '.source.id == "old1" or .source == "old1"'

# --- who may accept early is not known of a tenant ---
exits 0 "$libexec/sandbox-admin" --dir "$T/sandbox" register early
send POST "$requests" '{"id":"early2"}'
exits 0 "$libexec/sandbox-admin" --dir "$T/sandbox" \
	set request.accept-early.status=200
send PUT "$requests/early2" '{"status":"ACCEPTED"}'
answers 'accepted before it asks' 200 '.status == "ACCEPTED"'
call DELETE "$requests/early"
call DELETE "$requests/early2"
answers 'removed' 204

# --- bulk registration ---
# upload FILE [OPTION...]
upload() {
	file=$1
	shift
	call POST "$bulk" -F "file=@$file" "$@"
}
printf '\357\273\277ID;TYPE;NAME;ICCID;IDTYPE;PATH;SHELL;AUTH_TYPE;ENROLLMENT_OTP;CREDENTIALS;com_cumulocity_model_Agent.active;site\r\n' >list.csv
{
	printf '%s\r\n' 'b1;c8y_Pump;"Pump ""1""; left";+4915;;bulk/one;1;CERTIFICATES;somePassword@123;;true;Ulm'
	printf '%s\r\n' 'b2;;;;my_Type;;;CERTIFICATES;;;;'
	printf '%s\r\n' '' 'b3;;;;;;;BASIC;;basic-secret-b3;;'
	printf '%s\r\n' 'b:4;;;;;;;CERTIFICATES;somePassword@123;;;'
	printf '%s\r\n' 'b5;;;;;;;CERTIFICATES;short;;;'
	printf '%s\r\n' 'b6;;;;;;;TOKEN;somePassword@123;;;'
	printf '%s\r\n' 'b7;;;;;;;CERTIFICATES;;basic-secret-b7;;'
	printf '%s\r\n' 'b8;;;;;;;BASIC;;;;'
	printf '%s\r\n' ';;;;;;;CERTIFICATES;;;;'
	printf '%s\r\n' 'b9;two;columns'
	printf '%s' 'b10;;Tür;;;;;certificates;somePassword@10;;;'
} >>list.csv
upload list.csv
answers 'a list with errors' 201 '.numberOfAll == 11 and .numberOfCreated == 4 and
	.numberOfFailed == 7 and .numberOfSuccessful == 4 and
	.credentialUpdatedList == []'
is_media bulknewdevicerequest
same 'which of them fail' 'b:4 b5 b6 b7 b8 null b9' \
	"$(jq -r '.failedCreationList | map(.deviceId // "null") | join(" ")' \
		body)"
ok 'each with its status, line and reason' jq -e 'all(.failedCreationList[];
	.bulkNewDeviceStatus == "FAILED" and (.failureReason | length > 10) and
	(.line | type == "string"))' body
ok 'the line is told' jq -e '.failedCreationList[0].line | contains("line=6")' \
	body
exits 1 grep -E 'somePassword|basic-secret|short;' body
call GET "$requests/b1"
answers 'it is accepted at once' 200 '.status == "ACCEPTED" and
	.type == "c8y_Pump"'
call GET "$objects?text=pump"
answers 'and exists at once' 200 '.managedObjects | length == 1 and (.[0] |
	.name == "Pump \"1\"; left" and .type == "c8y_Pump" and
	.owner == "device_b1" and .c8y_IsDevice == {} and
	.c8y_Mobile.iccid == "+4915" and .com_cumulocity_model_Agent.active and
	.c8y_SupportedOperations == ["c8y_Command"] and .site == "Ulm")'
call GET /identity/externalIds/my_Type/b2
answers 'an external id of another type' 200 '.externalId == "b2" and
	.type == "my_Type" and (.managedObject.id | type == "string")'
call GET /identity/externalIds/c8y_Serial/b2
answers 'which is not of the usual one' 404
call GET "$objects?query=\$filter=(name%20eq%20'T*')"
answers 'a name that is not ASCII' 200 '[.managedObjects[].name] == ["Tür"]'
login=device_b3:basic-secret-b3
call GET /user/currentUser
answers 'a device with a password logs in' 200 '.userName == "device_b3"'
login=$operator
printf 'ID,AUTH_TYPE,ENROLLMENT_OTP\nb1,CERTIFICATES,otherPassword@1\n' >again.csv
upload again.csv
answers 'one that is there' 201 '.numberOfAll == 1 and .numberOfCreated == 0 and
	.numberOfSuccessful == 1 and .credentialUpdatedList ==
	[{bulkNewDeviceStatus: "CREDENTIAL_UPDATED", deviceId: "b1"}]'
# enrol ID PASSWORD
enrol() {
	[ -e "$1.key" ] ||
		csr-gen --key "$1.key" --new-key ec-p256 --cn "$1" >"$1.csr"
	login=$1:$2
	call POST /.well-known/est/simpleenroll -H 'Accept: application/pkcs10' \
		-H 'Content-Type: application/pkcs10' --data-binary "@$1.csr"
	login=$operator
	cp body "$1.pem"
}
enrol b1 somePassword@123
answers 'its old password is void' 401
enrol b1 otherPassword@1
answers 'its new one is good' 200
exits 0 cert-check --match b1.key --cn b1 b1.pem
printf 'ID\tAUTH_TYPE\tENROLLMENT_OTP\nb11\tCERTIFICATES\tsomePassword@11\n' >tab.csv
upload tab.csv
answers 'a list with tabs' 201 '.numberOfCreated == 1'
upload tab.csv -H 'Accept:'
answers 'for who does not ask' 201
same 'there is no answer' 0 "$(wc -c <body)"
printf 'ID;CREDENTIALS\nb12;basic-secret-b12\n' >plain.csv
upload plain.csv
answers 'a list from before there were certificates' 201 '.numberOfCreated == 1'

# --- no list ---
send POST "$bulk" '{}'
answers 'no form' 400
call POST "$bulk" -F other=@tab.csv
answers 'no file' 400
printf 'NAME;TYPE\na;b\n' >noid.csv
upload noid.csv
answers 'no column ID' 422
: >empty.csv
upload empty.csv
answers 'an empty file' 422
printf 'ID,AUTH_TYPE\nb13,CERTIFICATES\n"b14,CERTIFICATES\n' >open.csv
upload open.csv
answers 'a quote that does not end' 422
call GET "$requests/b13"
answers 'registers nothing' 404
upload "$libexec/sandbox-admin"
answers 'a program' 422
login=$bootstrap
upload tab.csv
answers 'who may not' 403
login=$operator

# --- ten thousand devices ---
awk 'BEGIN {
	print "ID,AUTH_TYPE,ENROLLMENT_OTP,NAME,TYPE"
	for (i = 1; i <= 10000; i++)
		printf "fleet%05d,CERTIFICATES,password-%05d,Gerät %d,fleet\n",
			i, i, i
}' >fleet.csv
within 10 upload fleet.csv
answers 'ten thousand' 201 '.numberOfCreated == 10000 and .numberOfFailed == 0'
call GET "$objects?type=fleet&pageSize=3&currentPage=2&withTotalPages=true&withTotalElements=true"
answers 'in pages' 200 '[.managedObjects[].owner] == ["device_fleet00004",
	"device_fleet00005", "device_fleet00006"] and
	.statistics.totalElements == 10000 and .statistics.totalPages == 3334'
is_media managedobjectcollection
ok 'with links' jq -e '(.next | contains("currentPage=3")) and
	(.prev | contains("currentPage=1")) and (.next | contains("type=fleet"))' \
	body
call GET "$objects?pageSize=2001"
answers 'a page that is too long' 422
call GET "$requests?pageSize=2000&withTotalPages=true"
answers 'requests in pages' 200 '(.newDeviceRequests | length == 2000) and
	.statistics.totalPages == 6'
is_media newdevicerequestcollection

# --- inventory ---
moid=$(call GET /identity/externalIds/c8y_Serial/b1 &&
	jq -r .managedObject.id body)
call GET "/identity/globalIds/$moid/externalIds"
answers 'external ids' 200 '[.externalIds[] | [.type, .externalId]] ==
	[["c8y_Serial", "b1"]]'
is_media externalidcollection
call GET /identity/globalIds/0/externalIds
answers 'those of nothing' 404
call GET "$objects/$moid"
answers 'one object' 200 ".id == \"$moid\" and .name == \"Pump \\\"1\\\"; left\""
is_media managedobject
for id in 0 -1 999999999 x; do
	call GET "$objects/$id"
	answers "no object has the id $id" 404
done
for query in 'fragmentType=c8y_IsDevice' 'query=has(c8y_IsDevice)'; do
	call GET "$objects?$query&withTotalElements=true"
	answers "$query" 200 '.statistics.totalElements > 10000'
done
call GET "$objects?fragmentType=c8y_Mobile"
answers 'fragmentType=c8y_Mobile' 200 '[.managedObjects[].owner] == ["device_b1"]'
for name in '?ump*' '[P]ump*' 'pump*' '*left'; do
	call GET "$objects" -G --data-urlencode "query=\$filter=name eq '$name'"
	want=0
	[ "$name" != '*left' ] || want=1
	answers "name eq '$name'" 200 ".managedObjects | length == $want"
done
send PUT "$objects/$moid" '{"name":"Pump 2","owner":"admin","site":null,"c8y_Notes":"wet"}'
answers 'changed' 200 '.name == "Pump 2" and .owner == "device_b1" and
	.c8y_Notes == "wet" and (has("site") | not) and .c8y_Mobile.iccid == "+4915"'
send PUT "$objects/$moid" '{"name":7}'
answers 'a name that is no text' 422
send PUT "$objects/$moid" '[]'
answers 'no object' 400

# --- the certificates that a device was seen with, and its user ---
# seen NAME: it gets a token with NAME.pem
seen() {
	status=$(curl -sS --cacert "$tls_ca" --cert "$1.pem" --key b1.key \
		-X POST -o body -w '%{http_code}' \
		"https://localhost:$mtls/devicecontrol/deviceAccessToken")
}
call GET "$objects/$moid/user"
answers 'its user' 200 '.userName == "device_b1" and .enabled'
call GET "$users/device_b1?withCertificates=true"
answers 'one that was never used' 200 '.provisionedCertificates == []'
call GET "$users/device_b1"
answers 'who does not ask for them' 200 'has("provisionedCertificates") | not'
is_media user
seen b1
answers 'it is used' 200
jq -r .accessToken body >token
seen b1
answers 'twice' 200
call GET "$users/device_b1?withCertificates=true"
answers 'and is there, once' 200 '.provisionedCertificates | length == 1'
same 'its serial' \
	"$(openssl x509 -in b1.pem -noout -serial | sed 's/.*=0*//' |
		tr A-F a-f)" \
	"$(jq -r '.provisionedCertificates[0].serialNumber' body)"
same 'its end' "$(openssl x509 -in b1.pem -noout -enddate -dateopt iso_8601 |
	sed -e 's/.*=//' -e 's/ /T/' -e 's/Z$/.000Z/')" \
	"$(jq -r '.provisionedCertificates[0].notAfter' body)"
# six more, which are older, each a day younger than the one before
for n in 1 2 3 4 5 6; do
	csr-gen --key b1.key --from b1.pem |
		cert-sign --ca-cert sandbox/ca.pem --ca-key sandbox/ca.key \
			--not-before "2021-01-0$n" --not-after 2049-01-01 \
			--serial "0a0$n" >"b1-$n.pem"
done
for n in 2 1 6 5 4 3; do
	seen "b1-$n"
	answers "another, $n, is used" 200
done
call GET "$users/device_b1?withCertificates=true"
answers 'the last five by issue date' 200 '
	[.provisionedCertificates[].serialNumber] | length == 5 and
	.[1:] == ["a06", "a05", "a04", "a03"]'
send PUT "$objects/$moid/user" '{"enabled":"no"}'
answers 'neither true nor false' 422
send PUT "$objects/$moid/user" '{"enabled":false}'
answers 'locked out' 200 '.userName == "device_b1" and .enabled == false'
seen b1
answers 'its certificate does not count' 401
printf 'Authorization: Bearer %s\n' "$(cat token)" >bearer
# renew: by the token
renew() {
	status=$(curl -sS --cacert "$tls_ca" -H @bearer -o body \
		-w '%{http_code}' -H 'Content-Type: application/pkcs10' \
		--data-binary @b1.csr "$base/.well-known/est/simplereenroll")
}
fingerprint=$(openssl x509 -in sandbox/ca.pem -noout -fingerprint -sha1 |
	sed -e 's/.*=//' -e 's/://g' | tr A-F a-f)
trusted=/tenant/tenants/t1000/trusted-certificates/$fingerprint
send PUT "$trusted" '{"autoRegistrationEnabled":true}'
answers 'a CA that registers devices' 200
seen b1
answers 'does not let it in either' 401
send PUT "$trusted" '{"autoRegistrationEnabled":false}'
renew
answers 'nor does its token' 401
upload again.csv
enrol b1 otherPassword@1
answers 'nor a new password' 401
send PUT "$users/device_b1" '{"enabled":true}'
answers 'let in again' 200 '.enabled and .userName == "device_b1"'
seen b1-6
answers 'its certificate counts' 200
renew
answers 'and so does its token' 200
audited '.activity == "User disabled"'
audited '.activity == "User enabled"'

# --- removal ---
call DELETE "$objects/$moid"
answers 'the object is removed' 204
call GET "$objects/$moid"
answers 'it is gone' 404
call GET "$objects/$moid/user"
answers 'its user cannot be reached that way' 404
seen b1-6
answers 'but stays' 200
enrol b1 otherPassword@1
answers 'enrolment' 200
call GET "$objects/$moid"
answers 'brings the object back' 200
call DELETE "$users/device_b1"
answers 'the user is removed' 204
seen b1-6
answers 'its certificate does not count' 401
call GET "$objects/$moid/user"
answers 'the object has no user' 404
call GET "$objects/$moid"
answers 'but is there' 200
call DELETE "$objects/$moid?withDeviceUser=true"
answers 'all of it is removed' 204
for path in "$objects/$moid" "$users/device_b1" "$requests/b1" \
	/identity/externalIds/c8y_Serial/b1; do
	call GET "$path"
	answers "nothing is left at $path" 404
done

# --- people ---
call GET /user/currentUser
answers 'the operator' 200 '.userName == "admin" and
	(.effectiveRoles | length > 10) and all(.effectiveRoles[]; .id == .name and
	.self == "'"$base"'/user/roles/" + .id)'
is_media currentuser
send POST "$users" '{"userName":"eve","password":"secret-for-eve"}'
answers 'a person' 201 '.userName == "eve" and .id == "eve" and .enabled and
	.effectiveRoles == [] and (has("password") | not)'
send POST "$users" '{"userName":"eve","password":"secret-for-eve"}'
answers 'there is one' 409
for name in 'e ve' 'e/ve' '' device_eve; do
	send POST "$users" "{\"userName\":\"$name\",\"password\":\"secret-for-eve\"}"
	answers "the name '$name'" 422
done
send POST "$users" '{"userName":"bob","password":"short"}'
answers 'a password that is too short' 422
login=eve:secret-for-eve
call GET "$objects"
answers 'she may not' 403
login=$operator
for role in ROLE_INVENTORY_READ ROLE_USER_MANAGEMENT_READ; do
	send POST "$users/eve/roles" \
		"{\"role\":{\"self\":\"$base/user/roles/$role\"}}"
	answers "a role" 201 ".role.id == \"$role\""
done
send POST "$users/eve/roles" '{"role":{"self":"https://x/user/roles/ROLE_X"}}'
answers 'no role' 422
send POST "$users/nobody/roles" \
	'{"role":{"self":"/user/roles/ROLE_INVENTORY_READ"}}'
answers 'for nobody' 404
login=eve:secret-for-eve
call GET "$objects?pageSize=1"
answers 'now she may' 200 '.managedObjects | length == 1'
call DELETE "$objects/$(jq -r '.managedObjects[0].id' body)"
answers 'look, not change' 403
call GET "$requests"
answers 'and not all' 403
send PUT "$users/eve" '{"enabled":false}'
answers 'nor users' 403
call GET "$users?username=dev&pageSize=1"
answers 'users by the beginning of their name' 200 '.users | length == 1 and
	(.[0].userName | startswith("device_"))'
is_media usercollection
call GET "$users?withTotalElements=true"
answers 'both are users' 200 '[.users[].userName][0:2] == ["admin", "device_b10"]
	and .statistics.totalElements > 10000'
exits 1 grep -F devicebootstrap body
call GET /user/t2000/users
answers 'those of another tenant' 403
login=$operator
for change in '{"enabled":false}' '{"password":"new-secret-eve"}'; do
	send PUT "$users/eve" "$change"
	answers "$change" 200 '.userName == "eve"'
	login=eve:secret-for-eve
	call GET /user/currentUser
	answers 'she is out' 401
	login=$operator
	send PUT "$users/eve" '{"enabled":true}'
done
login=eve:new-secret-eve
call GET /user/currentUser
answers 'her new password' 200
login=$operator
send PUT "$users/admin" '{"enabled":false}'
answers 'no one locks himself out' 403
call DELETE "$users/admin"
answers 'or removes himself' 403
call DELETE "$users/management%2Fdevicebootstrap"
answers 'or who is of another tenant' 404
call DELETE "$users/eve"
answers 'she is removed' 204
call GET "$users/eve"
answers 'she is gone' 404

# --- it outlives a crash ---
kill -9 "$(cat sandbox/server.pid)"
gone() {
	! kill -0 "$1" 2>/dev/null
}
ok 'it is gone' until_true gone "$(cat sandbox/server.pid)"
exits 0 sandbox stop --keep
exits 0 sandbox start
base=https://localhost:$(sed -n 's/^url = localhost://p' out)
same 'the login of new devices stays' "$bootstrap" "$(cat sandbox/bootstrap)"
same 'and is a secret' sandbox/bootstrap \
	"$(find sandbox/bootstrap -perm 600)"
login=device_old1:$password
call GET /user/currentUser
answers 'and so does that of a device' 200 '.userName == "device_old1"'
done_testing
