#!/bin/sh
# rest-call: the sandbox answers, and bare TLS servers that say what no sandbox
# would; what was asked for comes out, or the right exit code, the cause and
# nothing else.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2317 # exits and fails call the functions
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
needs openssl mosquitto python3
start_sandbox
url=https://localhost:$https
devices=$url/devicecontrol/newDeviceRequests
sed 's/^admin://' sandbox/operator >password
printf 'machine localhost login admin password %s\n' "$(cat password)" >netrc
printf 'machine elsewhere.example.com login admin password nothing\n' >elsewhere
printf 'no-such-secret\n' >wrong
printf 'secret-for-dev1\n' >otp
chmod 600 password netrc elsewhere wrong otp

call() {
	rest-call --ca "$tls_ca" "$@"
}
admin() {
	call --netrc netrc "$@"
}
# given TEXT COMMAND...: with TEXT as standard input
given() {
	text=$1
	shift
	printf '%s' "$text" | "$@"
}

# --- the command line ---
introduces rest-call --method --url --segment --query --text --text-file \
	--json --form-file --pages --pem --content-type --accept --user --password-file --token-file --cert \
	--key --passphrase-file --netrc --ca --proxy --proxy-user \
	--proxy-password-file --proxy-ca --connect-timeout --timeout --expect \
	--print --status
misused rest-call
says '--url is missing'
for odd in http://localhost:1 localhost:1 https:// 'https://localhost/#b'; do
	misused rest-call --url "$odd"
	says '--url: .*: not an https URL'
done
misused rest-call --url https://me:secret@localhost
says '--url: no user in it'
cp err told
exits 1 grep 'me:secret' told
# wrong WORDS OPTION...: a wrong command line that says so
wrong() {
	words=$1
	shift
	misused rest-call --url "$url" "$@"
	says "$words"
}
wrong 'two: one operand too many' one two
wrong '--method: PATCH: none of GET' --method PATCH
wrong '--method: GET goes without a body' --method GET otp
wrong '--method: DELETE goes without a body' --method DELETE --text a=b
wrong 'not more than one' --text a=b otp
wrong 'not more than one' --form-file a=b otp
wrong 'not more than one' --form-file a=b --json c=1
wrong '--form-file: a: not KEY=FILE' --form-file a
wrong '--form-file: =a: not KEY=FILE' --form-file =a
wrong '--query: a: not KEY=VALUE' --query a
wrong '--query: =a: not KEY=VALUE' --query =a
wrong '--method: GET goes without a body' --method GET --form-file a=otp
wrong '--pages: .* a plain GET' --pages a --method POST
wrong '--pages: .* a plain GET' --pages a otp
wrong 'a: not KEY=VALUE' --text a
wrong '=a: not KEY=VALUE' --json =a
wrong 'a=\[1: not JSON' --json 'a=[1'
wrong 'a=: not JSON' --json a=
wrong 'a=.*: not UTF-8' --text "a=$(printf '\377')"
wrong 'a: is there twice' --text a=1 --json a=2
wrong '--segment: .* not a part' --segment ''
wrong '--segment: .* not a part' --segment .
wrong '--segment: .* not a part' --segment ..
misused rest-call --url "$url?a=b" --segment c
says "no part of a path behind a '\\?'"
for list in '' 2 20 2000 2xy 6xx 099 '200,' ,200 '200 404' 200,,404; do
	wrong '--expect: .*: statuses have a comma' --expect "$list"
done
wrong 'not two of them' --status --print name
wrong 'not two of them' --status --pages name
wrong 'not two of them' --pem CRL --print name
wrong '--user and --password-file go together' --user admin
wrong '--proxy-user and --proxy-password-file' --proxy-user me
wrong '--cert and --key go together' --cert a.pem
wrong '--cert and --key go together' --key a.key
wrong '--passphrase-file goes with --key' --passphrase-file otp
wrong 'not both' --user admin --password-file password --netrc netrc
wrong 'not both' --token-file token --netrc netrc
wrong '--proxy: ftp://localhost:1: begins' --proxy ftp://localhost:1
wrong 'standard input cannot be two' --netrc - -
wrong 'standard input cannot be two' --text-file a=- --text-file b=-
wrong 'standard input cannot be two' --form-file a=- --token-file -
wrong 'standard input cannot be two' --text-file a=- --user me --password-file -
wrong 'soon' --timeout soon

# --- a resource, from its making to its end ---
fails 77 "^rest-call: $devices: status 401: Full authentication is required" \
	call --url "$devices"
fails 77 'status 401: Invalid credentials' call --url "$devices" --user admin \
	--password-file wrong
exits 0 call --url "$devices" --user admin --password-file password
exits 0 admin --url "$devices" --text id=dev1 --text-file enrollmentToken=otp
prints '"id": *"dev1"'
same 'silent on success' '' "$(cat err)"
exits 0 admin --url "$devices/" --segment dev1 --print id
same 'a member that is a string is its text' dev1 "$(cat out)"
exits 0 admin --url "$devices" --print newDeviceRequests.0.status
same 'a member of an object in an array' WAITING_FOR_CONNECTION "$(cat out)"
exits 0 admin --url "$devices" --print newDeviceRequests
prints '^\[\{"id":"dev1",.*\}\]$'
for path in name newDeviceRequests.1 newDeviceRequests.id '' . \
	newDeviceRequests.0x self.0; do
	fails 76 "the answer has no $path\$" admin --url "$devices" --print "$path"
done
fails 77 'status 409: A newDeviceRequest for this ID exists' \
	admin --url "$devices" --text id=dev1 --text enrollmentToken=secret-2
exits 0 admin --url "$devices" --text id=dev1 --text enrollmentToken=secret-2 \
	--expect 201,409 --status
same 'a 409 that is expected' 409 "$(cat out)"
exits 0 admin --url "$devices" --expect 2xx,404 --status --segment dev1
same 'it is there' 200 "$(cat out)"
exits 0 admin --url "$devices" --method DELETE --segment dev1
same 'nothing in the answer is nothing' '' "$(cat out)"
exits 0 admin --url "$devices" --expect 2xx,404 --status --segment dev1
same 'it is gone' 404 "$(cat out)"
fails 77 'status 404: ' admin --url "$devices" --segment dev1
fails 76 'status 200, which --expect does not have' \
	admin --url "$devices" --expect 404

# --- the login ---
fails 77 'status 401' call --netrc elsewhere --url "$devices"
grep -q '^rest-call: elsewhere: has no login for this host' err
result $? 'a file without the host is told'
fails 65 '^rest-call: no-such-file: No such file' call --netrc no-such-file \
	--url "$devices"
exits 0 given "$(cat netrc)" call --netrc - --url "$devices"
chmod 644 netrc
exits 0 admin --url "$devices"
says '^rest-call: netrc: a secret that every user can read'
chmod 600 netrc
fails 65 'a user name with a colon' call --user a:b --password-file password \
	--url "$devices"
fails 65 '^rest-call: nothing: ' call --user admin --password-file nothing \
	--url "$devices"

# --- what goes out ---
trusted_pair odd localhost
tls_server odd
odd=https://localhost:$port
# answer STATUS HEADERS BODY: what the server says next; lines of HEADERS end
# with \r\n
answer() {
	printf "HTTP/1.1 %s\r\n${2}Content-Length: %d\r\n\r\n%s" "$1" \
		"$(printf %s "$3" | wc -c)" "$3" 1<>odd.feed
}
# heard TEXT LINE: the latest request has this line
heard() {
	ok "$1" grep -qxF -e "$2" odd.latest
}
# ask OPTION...: the request that it makes is in odd.latest, without carriage
# returns
ask() {
	: >odd.heard
	answer '200 OK' '' '{"a":1}'
	exits 0 call --url "$odd" --timeout 9s "$@"
	tr -d '\r' <odd.heard >odd.latest
	echo >>odd.latest
}
printf 'a.token\n' >token
chmod 600 token
ask --token-file token
heard 'without a body it is a GET' 'GET / HTTP/1.1'
heard 'with a token' 'Authorization: Bearer a.token'
heard 'it asks for JSON' 'Accept: application/json'
exits 1 grep -i '^Content-' odd.latest
ask --accept text/csv --url "$odd/a?b=c"
heard 'or for what it was told' 'Accept: text/csv'
heard 'a URL with a question goes as it is' 'GET /a?b=c HTTP/1.1'
ask --accept ''
exits 1 grep -i '^Accept' odd.latest
ask --method POST
heard 'a POST without a body' 'POST / HTTP/1.1'
heard 'has one of no length' 'Content-Length: 0'
exits 1 grep -i '^Content-Type' odd.latest
ask --method PUT --url "$odd/a/" --segment 'b/../c?d e%' --segment 'ü'
heard 'a segment stays one' 'PUT /a/b%2F..%2Fc%3Fd%20e%25/%C3%BC HTTP/1.1'
heard 'and so does a PUT' 'Content-Length: 0'
printf 'one\r\n' >text
printf 'two\n\n' >lines
ask --method PUT --text 'a=x="y"' --text-file b=text --json c=null \
	--json 'd={"e":[1,2.5,true]}' --text-file f=lines --text g=
heard 'an object, in the order of the options' \
	'{"a":"x=\"y\"","b":"one","c":null,"d":{"e":[1,2.5,true]},"f":"two\n","g":""}'
heard 'its media type' 'Content-Type: application/json'
heard 'by the method that was told' 'PUT / HTTP/1.1'
ask --url "$odd/a" --segment b --query 'type=c&d=e f' --query 'q=' --query 'ü=ü'
heard 'a question is escaped' \
	'GET /a/b?type=c%26d%3De%20f&q=&%C3%BC=%C3%BC HTTP/1.1'
ask --url "$odd/a?b=c" --query d=e
heard 'and comes behind the one that is there' 'GET /a?b=c&d=e HTTP/1.1'
printf 'a,b\n' >table.csv
ask --content-type text/csv table.csv
heard 'a file as it is' 'a,b'
heard 'as a POST' 'POST / HTTP/1.1'
heard 'of its media type' 'Content-Type: text/csv'
ask --method PUT --form-file file=./table.csv --content-type text/csv
heard 'a form with a file' 'PUT / HTTP/1.1'
ok 'is a form' grep -q '^Content-Type: multipart/form-data; boundary=' odd.latest
heard 'whose field has the name of the file alone' \
	'Content-Disposition: form-data; name="file"; filename="table.csv"'
heard 'its media type' 'Content-Type: text/csv'
heard 'and what is in it' 'a,b'
exits 1 grep -i 'Content-Type: application/json' odd.latest
ask --form-file "f\"e=table.csv"
ok 'a field stays one' grep -q 'name="f%22e"; filename="table.csv"' odd.latest
heard 'by POST' 'POST / HTTP/1.1'
fails 65 '^rest-call: no-such-file: No such file' call --url "$odd" \
	--form-file a=no-such-file
answer '200 OK' '' ''
exits 0 given 'from a form' call --url "$odd" --timeout 9s --form-file a=-
ok 'a form from standard input' grep -q 'from a form' odd.heard
ok 'and its file has the name of the field' grep -q 'filename="a"' odd.heard
answer '200 OK' '' ''
exits 0 given 'from a pipe' call --url "$odd" --timeout 9s -
ok 'a body from standard input' grep -q 'from a pipe' odd.heard
answer '200 OK' '' ''
exits 0 given 'piped' call --url "$odd" --timeout 9s --text-file a=-
ok 'and a member' grep -qF '{"a":"piped"}' odd.heard
fails 65 '^rest-call: no-such-file: No such file' call --url "$odd" no-such-file
fails 65 '^rest-call: no-such-file: No such file' call --url "$odd" \
	--text-file a=no-such-file
printf '\377\n' >latin
fails 65 '^rest-call: latin: not text in UTF-8' call --url "$odd" \
	--text-file a=latin
fails 71 "^rest-call: $T: Is a directory" call --url "$odd" "$T"

# --- what comes back ---
# get OPTION...: the server, a moment
get() {
	call --url "$odd" --timeout 9s "$@"
}
said='{"error":"some/Error","message":"The words of the server"}'
for case in '400 77' '403 77' '404 77' '422 77' '429 75' '500 69' '503 75' \
	'302 76'; do
	answer "${case% *} Status" '' "$said"
	fails "${case#* }" \
		"^rest-call: $odd: status ${case% *}: The words of the server\$" \
		get
	answer "${case% *} Status" '' "$said"
	exits 0 get --expect "5xx,3xx,4xx"
	same 'a status that is expected is good' "$said" "$(cat out)"
done
answer '202 Accepted' 'Retry-After: 7\r\n' ''
exits 0 get --status
same 'a 202 is one of 2xx' 202 "$(cat out)"
answer '202 Accepted' 'Retry-After: 7\r\n' ''
exits 75 get --expect 200,201
same 'and the seconds to wait where it is not expected' 7 "$(cat out)"
answer '204 No Content' '' ''
fails 76 'status 204' get --expect 200
printf 'a\0b' >zero
{
	printf 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n'
	cat zero
} 1<>odd.feed
exits 0 get
cmp -s zero out
result $? 'the answer is printed to the byte'
for body in '' 'no JSON' '"text"' '{"a":1'; do
	answer '200 OK' '' "$body"
	fails 76 'the answer (is not JSON|has no a)$' get --print a
done
answer '200 OK' '' '{"a":{"b":[null,"two\nlines\n",-1.5,"",{"c":"\u007f"}]}}'
exits 0 get --print a.b
same 'JSON on one line, and no control character in it' \
	'[null,"two\nlines\n",-1.5,"",{"c":"\u007f"}]' "$(cat out)"
for case in '0 null' '2 -1.5' '3'; do
	answer '200 OK' '' '{"a":{"b":[null,"two\nlines\n",-1.5,""]}}'
	exits 0 get --print "a.b.${case%% *}"
	same 'an item' "$(printf '%s' "${case#? }" | grep -v '^3')" "$(cat out)"
done
answer '200 OK' '' '{"a":"two\nlines\n"}'
exits 0 get --print a
same 'text keeps its lines, and gets no line end more' 2 \
	"$(sed -n '$=' out)"
printf 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n0\0\1' 1<>odd.feed
exits 0 get --pem 'X509 CRL'
same 'bytes in PEM' "$(printf '%s\n' '-----BEGIN X509 CRL-----' MAAB \
	'-----END X509 CRL-----')" "$(cat out)"
exits 71 to_full admin --url "$devices"
says 'standard output'

# --- a list in pages ---
# for /N: so many items, and a next page but on the last; /always: there too
cat >pager <<'X'
import http.server, json, os, ssl, urllib.parse

class Pager(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(url.query))
        with open("paged", "a") as paged:
            print(self.path, file=paged)
        size, page = int(query["pageSize"]), int(query["currentPage"])
        what = url.path[1:]
        count = int(what) if what.isdigit() else 5
        items = list(range(count))[size * (page - 1) : size * page]
        answer = {"self": "here", "items": items}
        if what == "always" or size * page < count:
            answer["next"] = "https://elsewhere.example.com/"
        if what == "none":
            answer = {"items": {}}
        body = json.dumps(answer).encode()
        self.send_response(503 if what == "late" and page > 1 else 200)
        if what == "text":
            body = b"text"
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pager)
tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
tls.load_cert_chain("odd.pem", "odd.key")
server.socket = tls.wrap_socket(server.socket, server_side=True)
with open("pager.new", "w") as file:
    print(server.server_port, file=file)
os.rename("pager.new", "pager.port")
server.serve_forever()
X
python3 pager 2>pager.log &
at_end "{ kill $!; wait $!; } 2>/dev/null"
until_true [ -s pager.port ]
lists=https://localhost:$(cat pager.port)
for case in '0 1' '999 1' '1000 1' '1001 2' '3500 4' 'always 2'; do
	: >paged
	exits 0 call --url "$lists/${case% *}" --pages items
	items=${case% *}
	[ "$items" != always ] || items=5
	same "$items items" "$items" \
		"$(json-get --rows=items . <out | sort -u | grep -c .)"
	same "in ${case#* } pages" "${case#* }" "$(grep -c . paged)"
done
: >paged
exits 0 call --url "$lists/2001?a=b" --query 'c=d e' --pages items
same 'each page is asked for, and nothing else is followed' \
	"$(for page in 1 2 3; do
		printf '/2001?a=b&c=d%%20e&pageSize=1000&currentPage=%d\n' $page
	done)" "$(cat paged)"
prints '^\{"items":\[0,1,.*,2000\]\}$'
fails 76 'none: the answer has no list of items$' call --url "$lists/none" \
	--pages items
fails 76 'text: the answer is not JSON$' call --url "$lists/text" --pages items
fails 77 'status 401' call --url "$devices" --pages newDeviceRequests
exits 0 admin --url "$devices" --pages newDeviceRequests
prints '^\{"newDeviceRequests":\['

# --- whom to trust, and which way to go ---
fails 76 "^rest-call: $devices: .*certificate" rest-call --netrc netrc \
	--ca sandbox/ca.pem --url "$devices"
closed=$("$libexec/sandbox-admin" free-port)
within 5 fails 69 "^rest-call: https://localhost:$closed: .*localhost port" \
	call --url "https://localhost:$closed"
trusted_pair mute localhost
tls_server mute
# stopped, it leaves to the kernel to accept connections
kill -STOP "$pid"
within 4 fails 69 '(timed out|timeout)' call --url "https://localhost:$port" \
	--connect-timeout 1s --timeout 20s
within 4 fails 69 '(timed out|timeout)' call --url "https://localhost:$port" \
	--timeout 1s
openssl pkcs8 -topk8 -in odd.key -passout pass:open -out locked.key
printf 'open\n' >passphrase
chmod 600 passphrase
trusted_pair picky localhost
tls_server picky -Verify 1 -verify_return_error -CAfile "$tls_ca"
for given in '--key odd.key' '--key locked.key --passphrase-file passphrase'; do
	printf 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nseen' 1<>picky.feed
	# shellcheck disable=SC2086 # options, a word each
	exits 0 call --url "https://localhost:$port" --cert odd.pem $given \
		--timeout 9s
	same 'the client certificate is shown' seen "$(cat out)"
done
make_pair alien
fails 77 'alert' call --url "https://localhost:$port" --cert alien.pem \
	--key alien.key --timeout 9s
fails 65 'alien.pem: does not match the key in odd.key' call \
	--url "https://localhost:$port" --cert alien.pem --key odd.key
printf 'proxy-secret\n' >proxy-password
chmod 600 proxy-password
# proxy NAME [ARGUMENT...]: one on $port
proxy() {
	name=$1
	shift
	"$source_dir/tests/proxy" "$name.port" "$name.log" "$@" 2>"$name.err" &
	at_end "{ kill $!; wait $!; } 2>/dev/null"
	until_true [ -s "$name.port" ]
	port=$(cat "$name.port")
}
proxy asking me:proxy-secret
fails 77 'its proxy: .*407' admin --url "$devices" \
	--proxy "http://localhost:$port"
exits 0 admin --url "$devices" --proxy "http://localhost:$port" \
	--proxy-user me --proxy-password-file proxy-password
ok 'the proxy was asked' grep -q "CONNECT localhost:$https" asking.log
proxy secure - odd.pem odd.key
exits 0 admin --url "$devices" --proxy "https://localhost:$port" \
	--proxy-ca "$tls_ca"

# --- secrets ---
trusted_pair slow localhost
tls_server slow
rest-call -v --ca "$tls_ca" --netrc netrc --url "https://localhost:$port" \
	--text-file secret=otp >seen.out 2>seen.err &
client=$!
until_true grep -q secret-for-dev1 slow.heard
tr '\0' '\n' <"/proc/$client/cmdline" >seen
tr '\0' '\n' <"/proc/$client/environ" >>seen
kill "$client"
wait "$client" 2>/dev/null
cat seen.out seen.err >>seen
ok 'looked at the right process' grep -q '^secret=otp$' seen
exits 1 grep -F -e secret-for-dev1 -e "$(cat password)" seen
done_testing
