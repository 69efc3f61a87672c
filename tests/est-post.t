#!/bin/sh
# est-post: a request goes to the sandbox, and to bare TLS servers that answer
# what no sandbox would; the certificates come out, or the right exit code, the
# cause and nothing else.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2317 # exits and fails call the functions
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
needs openssl mosquitto
start_sandbox
url=https://localhost:$https
est=$url/.well-known/est
printf 'secret-for-dev1\n' >otp
printf 'no-such-secret\n' >wrong-otp
chmod 600 otp wrong-otp
csr-gen --key dev1.key --new-key ec-p256 --cn dev1 >dev1.csr

enroll() {
	est-post --enroll --url "$url" --ca "$tls_ca" --user dev1 \
		--password-file otp "$@"
}
reenroll() {
	est-post --reenroll --url "$url" --ca "$tls_ca" --token-file token "$@"
}


# answer NAME STATUS HEADERS BODY: what the server NAME says next; lines of
# HEADERS end with \r\n
answer() {
	printf "HTTP/1.1 %s\r\n${3}Content-Length: %d\r\n\r\n%s" "$2" \
		"$(printf %s "$4" | wc -c)" "$4" 1<>"$1.feed"
}

# printed FILE TEXT: the last command's standard output is what FILE has
printed() {
	cmp -s out "$1"
	result $? "$2"
}

# it is over when it is needed
trusted_pair over localhost --duration 1s

# --- the command line ---
introduces est-post --enroll --reenroll --cacerts --csrattrs --serverkeygen \
	--url --label --user --password-file --digest --token-file --cert --key \
	--passphrase-file --pop --ca --anchors --proxy --proxy-user \
	--proxy-password-file --proxy-ca --follow --poll --save-reply --reply \
	--key-out --raw --connect-timeout --timeout
exits 64 est-post --url "$url"
says '--csrattrs or --serverkeygen is missing'
misused est-post
misused est-post --enroll
says '--url is missing'
misused est-post --enroll --url "$url" --user dev1
says '--user and --password-file go together'
misused est-post --enroll --url "$url" --password-file otp
says '--user and --password-file go together'
misused est-post --enroll --url "$url" --cert dev1.pem
says '--cert and --key go together'
misused est-post --enroll --url "$url" --key dev1.key
says '--cert and --key go together'
misused est-post --enroll --url "$url" --user dev1 --password-file otp \
	--token-file token
says 'not both'
misused est-post --enroll --url "$url" dev1.csr dev1.csr
says 'dev1.csr: one operand too many'
misused est-post --enroll --url
says '--url: its argument is missing'
misused est-post --enroll --url "$url" --timeout soon
says 'soon'
misused est-post --enroll --url http://localhost:1 dev1.csr
says 'http://localhost:1.*: not an https URL'
misused est-post --enroll --url localhost:1 dev1.csr
says 'localhost:1.*: not an https URL'

# wrong WORDS OPTION...: a wrong command line that says so
wrong() {
	words=$1
	shift
	misused est-post --url "$url" "$@"
	says "$words"
}
wrong 'one operation at a time' --enroll --reenroll
wrong 'one operation at a time' --cacerts --csrattrs
wrong 'one operation at a time' --enroll --enroll
wrong '--serverkeygen and --key-out go together' --serverkeygen
wrong '--serverkeygen and --key-out go together' --enroll --key-out made
wrong '--key-out: a file' --serverkeygen --key-out -
wrong '--raw goes with --csrattrs' --cacerts --raw
wrong '--anchors goes with' --cacerts --anchors ca.pem
wrong '--pop goes with what sends' --cacerts --pop --key dev1.key
wrong '--pop goes with --key' --enroll --pop
wrong '--digest goes with --user' --enroll --digest
wrong '--proxy-user and --proxy-password-file' --enroll --proxy-user me
wrong '--passphrase-file goes with --key' --enroll --passphrase-file otp
wrong 'standard input cannot be two' --enroll --cert - --key dev1.key
wrong 'standard input cannot be two' --enroll --cert dev1.pem --key -
wrong 'standard input cannot be two' --enroll --cert - --key - dev1.csr
for option in --ca --proxy-ca --anchors; do
	wrong 'standard input cannot be two' --enroll $option -
done
wrong 'standard input cannot be two' --cacerts --ca - --proxy-ca -
wrong 'standard input cannot be two' --enroll --token-file -
wrong 'standard input cannot be two' --enroll --user dev1 --password-file - -
wrong 'standard input cannot be two' --reply -
wrong 'dev1.csr: one operand too many' --cacerts dev1.csr
wrong '--proxy: ftp://localhost:1: begins' --enroll --proxy ftp://localhost:1
wrong '--proxy: localhost:1: begins' --enroll --proxy localhost:1
wrong '--proxy: no user in it' --enroll --proxy http://me:secret@localhost:1
cp err told
exits 1 grep -r 'me:secret' told
for label in '' a/b 'a b' a%2fb .. . simpleenroll serverkeygen; do
	wrong '--label: ' --enroll --label "$label"
done
for odd in https://me:secret@localhost https://me@localhost/est; do
	misused est-post --enroll --url "$odd" dev1.csr
	says '--url: no user in it'
done
cp err told
exits 1 grep 'me:secret' told
for odd in 'https://localhost?a' 'https://localhost/#b' https://; do
	misused est-post --enroll --url "$odd" dev1.csr
	says 'not an https URL'
done

# --- the first certificate ---
fails 75 "^est-post: $est/simpleenroll: status 401: No newDeviceRequest found" \
	enroll dev1.csr
exits 0 sandbox register dev1 otp
fails 75 'status 401: No newDeviceRequest found' est-post --enroll \
	--url "$url" --ca "$tls_ca" --user dev1 --password-file wrong-otp dev1.csr
exits 0 enroll dev1.csr
cp out dev1.pem
same 'silent on success' '' "$(cat err)"
exits 0 cert-check --valid --match dev1.key --cn dev1 \
	--trusted "$T/sandbox/ca.pem" dev1.pem
fails 75 'status 401: No newDeviceRequest found.* already be registered' \
	enroll dev1.csr

# --- the next one, and the forms of a request ---
jwt-get --via https --url "https://localhost:$mtls" --ca "$tls_ca" \
	--cert dev1.pem --key dev1.key >token
chmod 600 token
exits 0 reenroll dev1.csr
cp out next.pem
exits 0 cert-check --match dev1.key --same-subject dev1.pem \
	--later-than dev1.pem next.pem
exits 0 reenroll --timeout 0 dev1.csr
exits 0 est-post --reenroll --url "$url/" --ca "$tls_ca" \
	--token-file token dev1.csr
exits 0 est-post --reenroll --url "$est/" --ca "$tls_ca" \
	--token-file token dev1.csr
printf 'not.a.token\n' >bad-token
chmod 600 bad-token
fails 77 "^est-post: $est/simplereenroll: status 401: token: " \
	est-post --reenroll --url "$url" --ca "$tls_ca" --token-file bad-token \
	dev1.csr
fails 77 'status 401: Full authentication is required' \
	est-post --reenroll --url "$url" --ca "$tls_ca" dev1.csr

openssl req -in dev1.csr -outform DER >dev1.der
sed 's/CERTIFICATE REQUEST/NEW &/' dev1.csr >new-label.csr
openssl req -in dev1.csr -text >text-before.csr
awk '{ printf "%s\r\n", $0 }' dev1.csr >crlf.csr
for form in dev1.der new-label.csr text-before.csr crlf.csr; do
	exits 0 reenroll "$form"
	cp out form.pem
	exits 0 cert-check --match dev1.key form.pem
done
# given FILE COMMAND...: with FILE as standard input
given() {
	from=$1
	shift
	"$@" <"$from"
}
exits 0 given dev1.csr reenroll
exits 0 given dev1.der reenroll -
printf 'no request\n' >garbage
fails 65 '^est-post: garbage: not a certificate request' reenroll garbage
fails 65 'standard input: not a certificate request' given garbage reenroll
fails 65 '^est-post: dev1.pem: not a certificate request' reenroll dev1.pem
fails 65 'standard input: empty' given /dev/null reenroll
fails 65 '^est-post: no-such-file: No such file' reenroll no-such-file
fails 71 "^est-post: $T: Is a directory" reenroll "$T"
# a signature that is not its own is for the server to find: the last byte
{
	head -c $(($(wc -c <dev1.der) - 1)) dev1.der
	printf 'x'
} >forged.der
fails 77 'simplereenroll: status 4(00|22): .*signature' reenroll forged.der

# --- what the sandbox does wrong on demand ---
exits 0 sandbox fault pending
exits 75 reenroll dev1.csr
says "^est-post: $est/simplereenroll: status 202"
same 'the seconds of a 202 are the answer' 1 "$(cat out)"
exits 0 sandbox fault busy
exits 75 reenroll dev1.csr
says 'status 503: The service is busy'
same 'the seconds of a 503 are the answer' 1 "$(cat out)"
exits 0 sandbox fault refused
fails 77 'status 403: Access is denied' reenroll dev1.csr
exits 0 sandbox fault error
fails 69 'status 500: Something failed on the server' reenroll dev1.csr
exits 0 sandbox fault silent
within 4 fails 69 "^est-post: $est/simplereenroll: .*(timed out|timeout)" \
	reenroll --timeout 1s dev1.csr
exits 0 sandbox fault wrong-key
fails 76 'no certificate in the answer is for this key' \
	reenroll --save-reply foreign-saved dev1.csr
fails 76 '^est-post: foreign-saved: no certificate in the answer is for this' \
	est-post --reply foreign-saved dev1.csr
exits 0 sandbox fault expired
exits 0 reenroll dev1.csr
cp out expired.pem
exits 1 cert-check --valid expired.pem
exits 0 sandbox fault expired
fails 76 'does not chain up to .*expired' \
	reenroll --anchors "$T/sandbox/ca.pem" dev1.csr

# --- an answer that is lost, with the password that it has spent ---
sandbox register dev1 otp >register.log 2>&1
lost='dev1: an earlier request brought no certificate, and its one-time password may be spent: register the device again; https://localhost:[0-9]+/.*status 401: No newDeviceRequest found'
exits 0 sandbox fault lost
fails 69 'timed out|timeout' enroll --save-reply late --timeout 1s dev1.csr
ok 'a mark is left' [ -e late.asked ]
ok 'and no answer' [ ! -e late ]
fails 75 "^est-post: $lost" enroll --save-reply late dev1.csr
fails 75 "^est-post: $lost" enroll --save-reply late dev1.csr
exits 0 sandbox fault busy
code=0
enroll --save-reply late dev1.csr >out 2>err || code=$?
says 'status 503: The service is busy'
same 'what says nothing of the password says it alone' "$code $(grep -c spent err)" \
	'75 0'
fails 75 "^est-post: https://localhost:[0-9]*/.*status 401: No newDevice" \
	enroll dev1.csr
sandbox register dev1 otp >register.log 2>&1
exits 0 enroll --save-reply late dev1.csr
ok 'an answer ends it' [ ! -e late.asked ]
fails 75 "^est-post: https://localhost:[0-9]*/.*status 401: No newDevice" \
	enroll --save-reply late2 dev1.csr
ok 'one that says no leaves no mark' [ ! -e late2.asked ]
fails 69 '^est-post: https://localhost:' est-post --enroll --ca "$tls_ca" \
	--url "https://localhost:$("$libexec/sandbox-admin" free-port)" \
	--user dev1 --password-file otp --save-reply late2 dev1.csr
ok 'nor does a request that was not sent' [ ! -e late2.asked ]
fails 76 '' est-post --enroll --ca sandbox/ca.pem --url "$url" --user dev1 \
	--password-file otp --save-reply late2 dev1.csr
ok 'nor one for a server that is not believed' [ ! -e late2.asked ]
exits 0 sandbox fault silent
exits 69 reenroll --save-reply late2 --timeout 1s dev1.csr
ok 'nor does a token, which is no password' [ ! -e late2.asked ]

# --- the raw answer ---
exits 0 reenroll --save-reply saved dev1.csr
cp out from-server.pem
same 'what is saved is for its owner alone' saved \
	"$(find saved -perm 600 2>/dev/null)"
same 'what is saved is as it came: BER' '30 80 06 09' \
	"$(openssl base64 -d <saved | od -An -tx1 -N4 | sed 's/^ //')"
exits 0 est-post --reply saved dev1.csr
printed from-server.pem 'it is read again to the same end'
exits 0 sandbox fault garbage
fails 76 "^est-post: $url.*: no certificate in the answer of 24 bytes" \
	reenroll --save-reply garbage-saved dev1.csr
same 'saved before it was read' 'This is no certificate.' \
	"$(cat garbage-saved)"
fails 76 '^est-post: garbage-saved: no certificate' \
	est-post --reply garbage-saved dev1.csr
exits 0 sandbox fault refused
fails 77 'status 403' reenroll --save-reply refused-saved dev1.csr
exits 1 test -e refused-saved
sandbox register dev1 otp >register.log 2>&1
fails 71 '^est-post: no-such-dir/saved' \
	enroll --save-reply no-such-dir/saved dev1.csr
exits 0 enroll dev1.csr
fails 71 '^est-post: no-such-dir/saved' \
	reenroll --save-reply no-such-dir/saved dev1.csr
fails 65 '^est-post: no-such-file: No such file' \
	est-post --reply no-such-file dev1.csr
# what is lost or changed on the disk
head -c 400 saved >half
fails 76 '^est-post: half: no certificate' est-post --reply half dev1.csr
tr '[:upper:]' '[:lower:]' <saved >lower
fails 76 '^est-post: lower: no certificate' est-post --reply lower dev1.csr
: >nothing
fails 65 '^est-post: nothing: empty' est-post --reply nothing dev1.csr
exits 71 sh -c 'est-post --reply saved dev1.csr >/dev/full'
says 'standard output: No space left'

# --- the forms of an answer ---
ca=$T/sandbox/ca.pem
# a chain with the leaf behind, and what no one asked for
cat "$ca" "$tls_ca" from-server.pem >chain.pem
openssl crl2pkcs7 -nocrl -certfile from-server.pem >pkcs7.pem
openssl crl2pkcs7 -nocrl -certfile from-server.pem -outform DER >pkcs7.der
openssl crl2pkcs7 -nocrl -certfile chain.pem -outform DER >chain.der
openssl crl2pkcs7 -nocrl -outform DER >none.der
openssl base64 -in pkcs7.der >wrapped
openssl base64 -A -in pkcs7.der >one-line
awk '{ printf "%s\r\n", $0 }' wrapped >crlf
{
	cat one-line
	printf '\n\n'
} >newlines
openssl x509 -in from-server.pem -outform DER >bare.der
openssl base64 -in bare.der >bare.base64
awk '{ printf "%s\r\n", $0 }' from-server.pem >crlf.pem
openssl x509 -in from-server.pem -text >text-before.pem
for form in pkcs7.pem pkcs7.der wrapped one-line crlf newlines from-server.pem \
	bare.der bare.base64 crlf.pem text-before.pem; do
	exits 0 est-post --reply "$form" dev1.csr
	printed from-server.pem "$form: the one certificate"
done
cat from-server.pem "$ca" >sorted.pem
for form in chain.pem chain.der; do
	exits 0 est-post --reply "$form" dev1.csr
	printed sorted.pem "$form: the leaf, and who issued it"
	says "$form: left out: .*TLS CA.*: it issued nothing in the chain"
done
# a longer one, in a wild order: a root, a CA below it, another CA of the same
# name with another key, and some of it twice
csr-gen --key root.key --new-key ec-p256 --cn 'Example Root' |
	cert-sign --self-signed --ca --key root.key >root.pem
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
	-keyout twin.key -subj '/CN=Example CA' -out twin.pem 2>/dev/null
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
	-keyout sub.key -subj '/CN=Example CA' -CA root.pem -CAkey root.key \
	-out sub.pem 2>/dev/null || {
	openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
		-keyout sub.key -subj '/CN=Example CA' -out sub.csr 2>/dev/null
	printf 'basicConstraints=CA:TRUE\n' >sub.ext
	openssl x509 -req -in sub.csr -CA root.pem -CAkey root.key -extfile sub.ext \
		-set_serial 7 -out sub.pem 2>/dev/null
}
openssl x509 -req -in dev1.csr -CA sub.pem -CAkey sub.key -set_serial 8 \
	-out below.pem 2>/dev/null
for file in twin root sub below; do
	openssl x509 -in "$file.pem" -out "$file.clean" && mv "$file.clean" "$file.pem"
done
cat below.pem sub.pem root.pem >long.pem
cat root.pem twin.pem sub.pem root.pem below.pem sub.pem below.pem >wild.pem
openssl crl2pkcs7 -nocrl -certfile wild.pem >wild
exits 0 est-post --reply wild dev1.csr
printed long.pem 'each is followed by who issued it'
same 'what does not belong is told' 4 "$(grep -c 'left out' err)"
same 'and why' 3 "$(grep -c 'it is there twice' err)"
exits 0 est-post --reply wild --anchors root.pem dev1.csr
printed long.pem 'and it chains up to its root'
fails 76 'does not chain up to twin.pem' \
	est-post --reply wild --anchors twin.pem dev1.csr
cat below.pem >many.pem
for _ in 1 2 3 4 5 6 7 8; do
	cat twin.pem
done >>many.pem
exits 0 est-post --reply many.pem dev1.csr
printed below.pem 'a chain may be the leaf alone'
same 'not all are told by name' 6 "$(grep -c 'left out' err)"
says 'and 3 more left out'

# a chain is judged by the clock, and is not where that was never set
before_birth() {
	faketime '1999-01-01 00:00:00' "$@"
}
if ! command -v faketime >/dev/null; then
	skip 'a clock that was never set' 'faketime is not installed'
elif ! before_birth est-post --version >/dev/null 2>&1; then
	skip 'a clock that was never set' 'faketime cannot start a build with sanitizers'
else
	fails 80 'the clock says a time before' before_birth est-post --enroll --url "$url" \
		--ca "$tls_ca" --anchors root.pem --user dev1 --password-file otp \
		dev1.csr
fi

# how servers spoil base64
spoil() {
	exits 0 est-post --reply "$1" dev1.csr
	printed from-server.pem "$1: the one certificate"
}
{
	cat wrapped
	printf '\0'
} >with-nul
tr -d '=\n' <wrapped >no-padding
tr '\n' ' ' <wrapped >blank
printf '\t\r\n  %s  \r\n\r\n' "$(cat one-line)" >around
{
	cat pkcs7.der
	printf '\n'
} >der-line
{
	cat bare.der
	printf '\r\n\0'
} >bare-tail
openssl base64 -d <saved >ber
{
	cat ber
	printf '\n'
} >ber-line
openssl base64 -in from-server.pem >pem-in-base64
openssl cms -cmsout -inform DER -in pkcs7.der -outform PEM >cms.pem
sed '1s/.*/-----BEGIN CERTIFICATE CHAIN-----/
$s/.*/-----END CERTIFICATE CHAIN-----/' pkcs7.pem >odd-label.pem
for form in with-nul no-padding blank around der-line bare-tail ber ber-line \
	pem-in-base64 cms.pem; do
	spoil "$form"
done
{
	printf '!'
	cat one-line
} >no-base64
{
	cat one-line
	printf -- '-'
} >dash
for form in no-base64 dash odd-label.pem; do
	fails 76 "^est-post: $form: no certificate" \
		est-post --reply "$form" dev1.csr
done
given_reply() {
	est-post --reply - dev1.csr <"$1"
}
exits 0 given_reply saved
printed from-server.pem 'a saved answer from standard input'
exits 0 est-post --cacerts --reply chain.der
printed chain.pem 'CA certificates as they came'
openssl base64 -in none.der >none
for form in none none.der; do
	fails 76 "^est-post: $form: no certificate" \
		est-post --reply "$form" dev1.csr
done

# --- whom to trust: what is wrong with a server is found before it hears
# anything ---
mkdir anchors
cp "$tls_ca" anchors/tls-ca.pem
exits 0 est-post --reenroll --url "$url" --ca anchors --token-file token \
	dev1.csr
fails 76 "^est-post: $est/simplereenroll: .*certificate" \
	est-post --reenroll --url "$url" --ca "$ca" --token-file token dev1.csr
fails 76 "^est-post: $est/simplereenroll: .*certificate" \
	est-post --reenroll --url "$url" --token-file token dev1.csr
fails 65 '^est-post: no-such-ca: No such file' \
	est-post --reenroll --url "$url" --ca no-such-ca --token-file token \
	dev1.csr
fails 65 '^est-post: .*garbage' \
	est-post --reenroll --url "$url" --ca garbage --token-file token dev1.csr

trusted_pair other other.example.com
tls_server other
fails 76 "^est-post: https://localhost:$port/.*localhost" \
	est-post --enroll --url "https://localhost:$port" --ca "$tls_ca" \
	--user dev1 --password-file otp --timeout 5s dev1.csr
until_true cert-check --due 0s over.pem
tls_server over
fails 76 "^est-post: https://localhost:$port/.*(expired|certificate)" \
	est-post --enroll --url "https://localhost:$port" --ca "$tls_ca" \
	--user dev1 --password-file otp --timeout 5s dev1.csr
csr-gen --key alien.key --new-key ec-p256 --cn localhost --dns localhost |
	cert-sign --self-signed --key alien.key >alien.pem
tls_server alien
fails 76 "^est-post: https://localhost:$port/.*certificate" \
	est-post --enroll --url "https://localhost:$port" --ca "$tls_ca" \
	--user dev1 --password-file otp --timeout 5s dev1.csr
same 'no word went to any of them' '' "$(cat other.heard over.heard alien.heard)"

# --- no server ---
closed=$("$libexec/sandbox-admin" free-port)
within 5 fails 69 "^est-post: https://localhost:$closed/.*localhost port" \
	est-post --reenroll --url "https://localhost:$closed" --ca "$tls_ca" \
	--token-file token dev1.csr
within 10 fails 69 '^est-post: https://name.invalid/.*name.invalid' \
	est-post --reenroll --url https://name.invalid --ca "$tls_ca" \
	--token-file token --timeout 5s dev1.csr
trusted_pair mute localhost
tls_server mute
# stopped, it leaves to the kernel to accept connections
kill -STOP "$pid"
within 4 fails 69 "^est-post: https://localhost:$port/.*(timed out|timeout)" \
	est-post --reenroll --url "https://localhost:$port" --ca "$tls_ca" \
	--token-file token --connect-timeout 1s --timeout 20s dev1.csr
within 4 fails 69 "^est-post: https://localhost:$port/.*(timed out|timeout)" \
	est-post --reenroll --url "https://localhost:$port" --ca "$tls_ca" \
	--token-file token --timeout 1s dev1.csr

# --- what a server may say ---
trusted_pair odd localhost
tls_server odd
odd=https://localhost:$port
odd_enroll() {
	est-post --enroll --url "$odd" --ca "$tls_ca" --user dev1 \
		--password-file otp --timeout 5s dev1.csr
}
said='{"error":"some/Error","message":"The words of the server"}'
for case in '400 77' '401 77' '404 77' '409 77' '422 77' '429 75' '500 69' \
	'502 69' '503 75' '504 69' '302 76'; do
	answer odd "${case% *} Status" '' "$said"
	fails "${case#* }" \
		"simpleenroll: status ${case% *}: The words of the server\$" \
		odd_enroll
done
answer odd '204 No Content' '' ''
fails 76 'simpleenroll: status 204' odd_enroll
answer odd '404 Not Found' '' '<html><h1>Not
 here</h1></html>'
fails 77 'status 404: Not here' odd_enroll
# words CASE BODY: of a server that says BODY, these are told
words() {
	answer odd '403 Forbidden' '' "$2"
	fails 77 "status 403: $1\$" odd_enroll
}
words 'No more' '<html><head><title>No</title><style>p { x }</style>
<script>if (a < b) alert("x")</script></head><!-- > hidden -->
<body>more</body></html>'
words 'a < b & "c"' '<p>a &lt; b &amp; &quot;c&quot;</p>'
words 'Not enough credit' \
	'{"type":"about:blank","title":"No","detail":"Not enough credit"}'
words 'expired' '{"error":"invalid_token","error_description":"expired"}'
words 'inner' '{"error":{"code":7,"message":"inner"}}'
words 'invalid_token' '{"error":"invalid_token"}'
words '\[1,2\]' '[1,2]'
words '{"a":"b"}' '{"a":"b"}'
words 'two lines' '{"message":"two\nlines"}'
# 299 bytes and a character of two: it is not cut in two
long=$(printf '%0299d' 0)
words "$long\.\.\." "${long}äö"
answer odd '401 Unauthorized' 'WWW-Authenticate: Basic realm="x"\r\n' ''
fails 77 'status 401$' odd_enroll
answer odd '302 Found' 'Location: https://other.example.com/x\r\n' ''
fails 76 'status 302: it points to https://other.example.com/x$' odd_enroll
answer odd '403 Forbidden' '' "$(printf 'no\033[2J\n\tway')"
fails 77 'status 403: no\\x1b\[2J way$' odd_enroll
answer odd '201 Created' '' "$(cat one-line)"
exits 0 odd_enroll
printed from-server.pem '201 is as good as 200'
answer odd '200 OK' '' ''
fails 76 'no certificate in the answer of 0 bytes' odd_enroll
answer odd '503 Unavailable' 'Retry-After: 7\r\n' ''
exits 75 odd_enroll
same 'Retry-After in seconds' 7 "$(cat out)"
answer odd '202 Accepted' 'Retry-After: 0\r\n' ''
exits 75 odd_enroll
same 'at once is a second, or a loop has no rest' 1 "$(cat out)"
answer odd '429 Too Many' 'Retry-After: Fri, 31 Dec 2100 23:59:59 GMT\r\n' ''
exits 75 odd_enroll
# newer versions of libcurl name no more than six hours
prints '^[1-9][0-9]{3,}$'
answer odd '503 Unavailable' \
	'Retry-After: Fri, 31 Dec 1999 23:59:59 GMT\r\n' ''
fails 75 'status 503' odd_enroll
answer odd '503 Unavailable' 'Retry-After: soon\r\n' ''
fails 75 'status 503' odd_enroll
printf 'This is another protocol\r\n\r\n' 1<>odd.feed
fails 76 "^est-post: $odd/" odd_enroll
ok 'the request goes out with Basic authentication' grep -q \
	"^Authorization: Basic $(printf 'dev1:secret-for-dev1' |
		openssl base64 -A)" odd.heard
ok 'its media type' grep -q '^Content-Type: application/pkcs10' odd.heard
ok 'and its first line' grep -qx "$(openssl base64 -in dev1.der | head -n 1)" \
	odd.heard

# another answer than a certificate's
# from a server of its own: what is not taken of it stays in that one's pipe
trusted_pair big localhost
tls_server big
{
	printf 'HTTP/1.1 200 OK\r\nContent-Length: 17000000\r\n\r\n'
	head -c 17000000 /dev/zero | tr '\0' 'A'
} >huge
cat huge 1<>big.feed &
at_end "{ kill $!; wait $!; } 2>/dev/null"
within 6 fails 76 "^est-post: .*: an answer over 16777216 bytes" \
	est-post --enroll --url "https://localhost:$port" --ca "$tls_ca" \
	--user dev1 --password-file otp --timeout 5s dev1.csr
rm -f huge

# --- cut off ---
trusted_pair cut localhost
tls_server cut
printf 'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n' 1<>cut.feed
head -c 400 saved 1<>cut.feed
est-post --enroll --url "https://localhost:$port" --ca "$tls_ca" --user dev1 \
	--password-file otp --save-reply cut-saved --timeout 9s dev1.csr \
	>cut.out 2>cut.err &
client=$!
until_true grep -q '^Content-Length: ' cut.heard
{
	kill -9 "$pid"
	wait "$pid"
} 2>/dev/null
code=0
wait "$client" || code=$?
same 'half an answer is none' 69 "$code"
ok 'and it says so' grep -q "^est-post: https://localhost:$port/" cut.err
same 'half an answer is not printed' '' "$(cat cut.out)"
exits 1 test -e cut-saved
ok 'the request of it is marked' [ -e cut-saved.asked ]
# Mosquitto without TLS closes the line on what it cannot read
mkdir broker
clear=$("$libexec/sandbox-admin" free-port)
printf '%s\n' "listener $clear 127.0.0.1" 'allow_anonymous true' \
	"user $(id -un)" >broker/conf
mosquitto -c broker/conf >broker/log 2>&1 &
at_end "kill $! 2>/dev/null"
until_true listens "$clear"
within 5 fails 69 "^est-post: https://localhost:$clear/" \
	est-post --reenroll --url "https://localhost:$clear" --ca "$tls_ca" \
	--token-file token --timeout 4s dev1.csr

# --- a redirect is not followed ---
trusted_pair thief localhost
tls_server thief
thief=$port
for status in 301 302 303 307 308; do
	answer odd "$status Moved" "Location: https://localhost:$thief/\r\n" ''
	fails 76 "^est-post: $odd/.*: status $status" odd_enroll
done
same 'no credential goes where a server points' '' "$(cat thief.heard)"

# --- client certificate ---
csr-gen --key bad.key --new-key ec-p256 --cn dev1 |
	cert-sign --self-signed --key bad.key >bad.pem
fails 65 '^est-post: bad.pem: does not match the key in dev1.key' \
	reenroll --cert bad.pem --key dev1.key dev1.csr
fails 65 '^est-post: garbage: not a certificate' \
	reenroll --cert garbage --key dev1.key dev1.csr
fails 65 '^est-post: garbage: not a private key' \
	reenroll --cert dev1.pem --key garbage dev1.csr
trusted_pair picky localhost
tls_server picky -Verify 1 -verify_return_error -CAfile "$ca"
picky=https://localhost:$port
answer picky '200 OK' '' "$(cat saved)"
exits 0 est-post --reenroll --url "$picky" --ca "$tls_ca" --cert dev1.pem \
	--key dev1.key --timeout 5s dev1.csr
printed from-server.pem 'the client certificate is enough'
fails 77 "^est-post: $picky/.*alert" est-post --reenroll --url "$picky" \
	--ca "$tls_ca" --cert bad.pem --key bad.key --timeout 5s dev1.csr

# --- secrets ---
fails 65 '^est-post: no-such-file: No such file' est-post --enroll \
	--url "$url" --ca "$tls_ca" --user dev1 --password-file no-such-file \
	dev1.csr
fails 65 '^est-post: nothing: ' est-post --enroll --url "$url" --ca "$tls_ca" \
	--user dev1 --password-file nothing dev1.csr
printf '\nsecond line\n' >blank
chmod 600 blank
fails 65 '^est-post: blank: its first line is empty' est-post --reenroll \
	--url "$url" --ca "$tls_ca" --token-file blank dev1.csr
fails 65 '^est-post: dev:1: .*colon' est-post --enroll --url "$url" \
	--ca "$tls_ca" --user dev:1 --password-file otp dev1.csr

# as_seen OPTION...: what others see of est-post while it waits for a server
# that is silent, and what it says with -v: in the file seen
as_seen() {
	sandbox fault silent >/dev/null
	est-post -v --url "$url" --ca "$tls_ca" "$@" dev1.csr >seen.out \
		2>seen.err &
	client=$!
	until_true grep -q POST seen.err
	tr '\0' '\n' <"/proc/$client/cmdline" >seen
	tr '\0' '\n' <"/proc/$client/environ" >>seen
	kill "$client"
	wait "$client" 2>/dev/null
	cat seen.out seen.err >>seen
}
as_seen --enroll --user dev1 --password-file otp
ok 'looked at the right process' grep -q '^--password-file$' seen
exits 1 grep -e secret-for-dev1 -e "$(printf 'dev1:secret-for-dev1' |
	openssl base64 -A)" seen
as_seen --reenroll --token-file token
exits 1 grep -F -e "$(cat token)" seen
# the faults that no one waited for
exits 0 sandbox fault silent 0
exits 0 reenroll -v dev1.csr
cp err told
exits 1 grep -F -e "$(cat token)" told
chmod 644 token
exits 0 reenroll dev1.csr
says 'token: a secret that every user can read'

done_testing
