#!/bin/sh
# The shipped issuers, each with the servers that it is for: a first certificate,
# the next one, the CA's certificates; with keys in files, encrypted, and on a
# token.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2317,SC2154 # exits and fails call the functions; tap.sh
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
needs openssl python3 mosquitto
start_sandbox
printf 'secret-for-dev1\n' >otp
printf 'open sesame\n' >word
chmod 600 otp word
mkdir state
csr-gen --key dev.key --passphrase-file word --new-key ec-p256 --cn dev1 >dev.csr
csr-gen --key next.key --passphrase-file word --new-key ec-p384 --cn dev1 >next.csr

# set_to NAME VALUE: the variable CERTCYCLE_NAME, as certcycle would set it
set_to() {
	export "CERTCYCLE_$1=$2"
}
set_to STATE_DIR "$T/state"
set_to DEVICE_ID dev1
set_to CERT "$T/dev.pem"
set_to KEY "$T/dev.key"
set_to CANDIDATE_KEY "$T/next.key"
set_to PASSPHRASE_FILE "$T/word"
set_to URL_CA "$tls_ca"
set_to CA "$tls_ca"
set_to DURATION 86400

# issue ISSUER REQUEST
issue() {
	rm -f state/reply
	hook-run --dir "$libexec/hooks" --issuer "$1" <"$2"
}
# cacerts ISSUER
cacerts() {
	hook-run --dir "$libexec/hooks" --issuer "$1" cacerts </dev/null
}
# issued KEY CA: the last answer is a certificate for the key
issued() {
	cp out issued.pem
	cert-check --valid --match "$1" --passphrase-file word --trusted "$2" \
		--cn dev1 issued.pem >"$T/out" 2>"$T/err"
	result $? "a certificate for $1"
}
# knows_none ISSUER: nothing is printed of a CA, and of what it does not know
knows_none() {
	exits 0 cacerts "$1"
	silent
	exits 0 hook-run --dir "$libexec/hooks" --issuer "$1" some-word <dev.csr
	silent
}

# --- c8y ---

set_to URL "https://localhost:$https"
set_to MTLS "https://localhost:$mtls"
set_to MQTT "localhost:$mqtt"
set_to PASSWORD_FILE "$T/otp"
set_to REASON enroll
exits 75 issue c8y dev.csr
sandbox register dev1 otp >register.log 2>&1
exits 0 issue c8y dev.csr
issued dev.key sandbox/ca.pem
cp issued.pem dev.pem
knows_none c8y
set_to REASON renew
for via in https mqtt auto; do
	set_to TOKEN_VIA $via
	exits 0 issue c8y next.csr
	issued next.key sandbox/ca.pem
done
# a token is not asked for where an answer waits
cp state/reply kept
set_to TOKEN_VIA https
set_to MTLS "https://localhost:$("$libexec/sandbox-admin" free-port)"
exits 0 hook-run --dir "$libexec/hooks" --issuer c8y <next.csr
issued next.key sandbox/ca.pem
exits 69 issue c8y next.csr
set_to PASSPHRASE_FILE ''
exits 65 issue c8y next.csr
says 'encrypted, and no passphrase is given'
set_to PASSPHRASE_FILE "$T/word"

# the broker of an edge device, whose bridge is connected as the device
openssl ec -in dev.key -passin file:word -out plain.key 2>err
bridge=$("$libexec/sandbox-admin" free-port)
printf '%s\n' "listener $bridge 127.0.0.1" "user $(id -un)" \
	'allow_anonymous true' 'log_type all' 'connection tenant' \
	"address localhost:$mqtt" 'remote_clientid dev1' \
	'notifications false' 'try_private false' 'cleansession true' \
	"bridge_cafile $tls_ca" "bridge_certfile $T/dev.pem" \
	"bridge_keyfile $T/plain.key" 'topic s/uat out 0 edge/ ""' \
	'topic s/dat in 0 edge/ ""' >bridge.conf
mosquitto -c bridge.conf >bridge.log 2>&1 &
at_end "kill $! 2>/dev/null"
until_true grep -q 'Received SUBACK' bridge.log
set_to BROKER "localhost:$bridge"
set_to TOPIC_PREFIX edge
set_to MTLS ''
set_to MQTT ''
for via in broker auto; do
	set_to TOKEN_VIA $via
	exits 0 issue c8y next.csr
	issued next.key sandbox/ca.pem
done
set_to BROKER ''

# the answer is lost, and the password with it
set_to REASON enroll
sandbox register dev1 otp >register.log 2>&1
sandbox fault lost
exits 70 hook-run --dir "$libexec/hooks" --issuer c8y --timeout 1s <dev.csr
ok 'that it was asked is known' [ -e state/reply.asked ]
exits 75 issue c8y dev.csr
says 'one-time password may be spent: register the device again'
sandbox register dev1 otp >register.log 2>&1
exits 0 issue c8y dev.csr
ok 'and forgotten' [ ! -e state/reply.asked ]
for missing in URL STATE_DIR DEVICE_ID PASSWORD_FILE; do
	(
		set_to $missing ''
		issue c8y dev.csr
	) >out 2>err
	same "c8y without $missing is not configured" "$?" 78
	says '^c8y: [a-z0-9_.]*: not set$'
done

# --- est ---

mkdir ca
csr-gen --key ca/ca.key --new-key ec-p256 --cn 'Example CA' |
	cert-sign --self-signed --ca --key ca/ca.key >ca/ca.pem
csr-gen --key maker.key --new-key ec-p256 --cn dev1 |
	cert-sign --ca-cert ca/ca.pem --ca-key ca/ca.key >maker.pem
trusted_pair server localhost
# peer [OPTION...]: an EST server; it heard what is in peer.log
peer() {
	rm -f peer.port
	: >peer.log
	"$source_dir/tests/est-peer" --port-file "$T/peer.port" \
		--log "$T/peer.log" --cert server.pem --key server.key \
		--ca ca/ca.pem --ca-key ca/ca.key "$@" 2>peer.err &
	at_end "{ kill $!; wait $!; } 2>/dev/null"
	until_true test -s peer.port
	set_to URL "https://localhost:$(cat peer.port)"
}
# heard PATTERN
heard() {
	grep -qE -e "$1" peer.log
	result $? "it heard: $(describe "$1")"
}
printf 'secret\n' >password
chmod 600 password
set_to EST_USER dev1
set_to EST_PASSWORD_FILE "$T/password"
set_to EST_LABEL floor2
set_to REASON enroll
peer --auth basic
exits 0 issue est dev.csr
issued dev.key ca/ca.pem
heard '^POST /.well-known/est/floor2/simpleenroll '
heard '^Authorization: Basic '
heard '^client certificate: none'
exits 0 cacerts est
alike 'the certificates of the CA' "$(cat out)" "$(cat ca/ca.pem)"
heard '^GET /.well-known/est/floor2/cacerts '
exits 0 hook-run --dir "$libexec/hooks" --issuer est some-word <dev.csr
silent
peer --auth digest
set_to EST_DIGEST yes
set_to EST_LABEL ''
exits 0 issue est dev.csr
issued dev.key ca/ca.pem
heard '^Authorization: Digest '
ok 'the password is not told' [ "$(grep -c '^Authorization: Basic' peer.log)" = 0 ]
set_to EST_DIGEST no
peer --auth basic --clients ca/ca.pem
set_to BOOTSTRAP_CERT "$T/maker.pem"
set_to BOOTSTRAP_KEY "$T/maker.key"
exits 0 issue est dev.csr
heard '^Authorization: Basic '
heard '^client certificate: .*dev1'
set_to EST_PASSWORD_FILE ''
peer --clients ca/ca.pem
exits 0 issue est dev.csr
issued dev.key ca/ca.pem
cp issued.pem dev.pem
heard '^POST /.well-known/est/simpleenroll '
heard '^client certificate: .*dev1'
ok 'without a password' [ "$(grep -c '^Authorization' peer.log)" = 0 ]
set_to REASON renew
exits 0 issue est next.csr
issued next.key ca/ca.pem
heard '^POST /.well-known/est/simplereenroll '
set_to BOOTSTRAP_CERT ''
set_to BOOTSTRAP_KEY ''
exits 0 issue est next.csr
cp out next.pem
# what an earlier run left is used, and what is of no use is put aside
exits 0 hook-run --dir "$libexec/hooks" --issuer est <next.csr
alike 'the answer that waits' "$(cat out)" "$(cat next.pem)"
exits 0 hook-run --dir "$libexec/hooks" --issuer est <dev.csr
issued dev.key ca/ca.pem
ok 'another is put aside' [ -s state/rejected.reply ]
set_to PASSPHRASE_FILE ''
exits 65 issue est next.csr
set_to PASSPHRASE_FILE "$T/word"
set_to REASON enroll
fails 78 '^est: est.password_path, est.bootstrap_cert_path: not set' \
	issue est dev.csr
set_to EST_PASSWORD_FILE "$T/password"
set_to EST_USER ''
fails 78 '^est: est.user, device.id: not set' issue est dev.csr
set_to URL ''
fails 78 '^est: est.url: not set' issue est dev.csr
fails 78 '^est: est.url: not set' cacerts est

# --- self-signed ---

exits 0 issue self-signed next.csr
issued next.key issued.pem
exits 0 cert-check --due 1d issued.pem
exits 1 cert-check --due 23h issued.pem
exits 65 issue self-signed dev.csr
knows_none self-signed
set_to DURATION ''
exits 0 issue self-signed next.csr

# --- local-ca ---

fails 78 '^local-ca: local_ca.cert_path: not set' issue local-ca dev.csr
set_to LOCAL_CA_CERT "$T/ca/ca.pem"
fails 78 '^local-ca: local_ca.key_path: not set' issue local-ca dev.csr
set_to LOCAL_CA_KEY "$T/ca/ca.key"
set_to DURATION 3600
exits 0 issue local-ca dev.csr
issued dev.key ca/ca.pem
same 'its CA is behind it' "$(grep -c BEGIN issued.pem)" 2
exits 0 cert-check --due 1h issued.pem
exits 0 cacerts local-ca
alike 'the certificates of the CA' "$(cat out)" "$(cat ca/ca.pem)"
exits 0 hook-run --dir "$libexec/hooks" --issuer local-ca some-word <dev.csr
silent
set_to LOCAL_CA_CERT "$T/none.pem"
exits 65 issue local-ca dev.csr
exits 65 cacerts local-ca

# --- microservice ---

cat >service <<'EOT'
import http.server, ssl, subprocess, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        peer = self.connection.getpeercert()
        body = self.rfile.read(int(self.headers["Content-Length"]))
        print(self.path, self.headers["Content-Type"],
              self.headers["Authorization"], bool(peer), flush=True)
        if not peer and not self.headers["Authorization"]:
            return self.send_error(401, "who are you?")
        done = subprocess.run(["sh", sys.argv[1]], input=body,
                              stdout=subprocess.PIPE).stdout
        done = done.split(b"\r\n\r\n", 1)[1]
        self.send_response(200)
        self.send_header("Content-Length", str(len(done)))
        self.end_headers()
        self.wfile.write(done)
    def log_message(self, *_):
        pass
server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("server.pem", "server.key")
context.load_verify_locations("ca/ca.pem")
context.verify_mode = ssl.CERT_OPTIONAL
server.socket = context.wrap_socket(server.socket, server_side=True)
print(server.server_port, file=open("service.port", "w"))
server.serve_forever()
EOT
CA_DIR=$T/ca python3 service "$source_dir/demo/microservice" >service.log \
	2>service.err &
at_end "{ kill $!; wait $!; } 2>/dev/null"
until_true test -s service.port
fails 78 '^microservice: microservice.url: not set' issue microservice dev.csr
set_to URL "https://localhost:$(cat service.port)/renew"
knows_none microservice
exits 0 issue microservice dev.csr
issued dev.key ca/ca.pem
cp issued.pem dev.pem
same 'first with the one-time password' "$(tail -n 1 service.log)" \
	"/renew application/pkcs10 Basic $(printf 'dev1:secret-for-dev1' |
		openssl base64 -A) False"
set_to BOOTSTRAP_CERT "$T/maker.pem"
set_to BOOTSTRAP_KEY "$T/maker.key"
exits 0 issue microservice dev.csr
same 'or what the device was made with' "$(tail -n 1 service.log)" \
	'/renew application/pkcs10 None True'
set_to BOOTSTRAP_CERT ''
set_to REASON renew
exits 0 issue microservice next.csr
issued next.key ca/ca.pem
same 'then with the present certificate' "$(tail -n 1 service.log)" \
	'/renew application/pkcs10 None True'
set_to REASON enroll
set_to PASSWORD_FILE ''
fails 77 'status 401' issue microservice dev.csr
set_to REASON renew

# --- a key on a token ---

command -v softhsm2-util >/dev/null || {
	skip 'a key on a token' 'no SoftHSM here'
	done_testing
}
make_token tok
# hook-run hands on no options of the sanitizers: forgive_modules
mkdir forgiven
for helper in cert-sign est-post jwt-get rest-call; do
	printf '#!/bin/sh\nLSAN_OPTIONS="%s" exec "%s" "$@"\n' \
		"$LSAN_OPTIONS" "$(command -v $helper)" >forgiven/$helper
	chmod 755 forgiven/$helper
done
PATH=$T/forgiven:$PATH
(umask 077 && printf 'pkcs11:token=tok;object=dev\n' >token.key)
csr-gen --key token.key --passphrase-file tok.pin --new-key ec-p256 --cn dev1 \
	>token.csr
cert-sign --ca-cert ca/ca.pem --ca-key ca/ca.key token.csr >token.pem
set_to CERT "$T/token.pem"
set_to KEY "$T/token.key"
set_to CANDIDATE_KEY "$T/token.key"
set_to PASSPHRASE_FILE "$T/tok.pin"
peer --clients ca/ca.pem
set_to URL "https://localhost:$(cat peer.port)"
exits 0 issue est token.csr
cp out issued.pem
exits 0 cert-check --match token.key --passphrase-file tok.pin issued.pem
set_to URL "https://localhost:$(cat service.port)/renew"
exits 0 issue microservice token.csr
exits 0 issue self-signed token.csr
set_to URL "https://localhost:$https"
set_to MTLS "https://localhost:$mtls"
set_to MQTT "localhost:$mqtt"
sandbox register dev1 otp >register.log 2>&1
set_to PASSWORD_FILE "$T/otp"
set_to REASON enroll
exits 0 issue c8y token.csr
cp out token.pem
set_to REASON renew
for via in https mqtt; do
	set_to TOKEN_VIA $via
	exits 0 issue c8y token.csr
	cp out issued.pem
	exits 0 cert-check --match token.key --passphrase-file tok.pin issued.pem
done
unset SOFTHSM2_CONF
exits 71 issue c8y token.csr
says 'no such token is here'
done_testing
