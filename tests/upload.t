#!/bin/sh
# certcycle upload: a certificate that nobody issued becomes one that the tenant
# trusts, and its key is proved; by option, file, netrc and on a terminal.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2016,SC2317 # exits and fails call the functions
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
needs openssl mosquitto python3
start_sandbox
base=https://localhost:$https/tenant
sed 's/^admin://' sandbox/operator >password
printf 'no-such-secret\n' >wrong
chmod 600 password wrong

# made: a certificate of its own for the device dev1
made() {
	rm -rf device
	mkdir device
	csr-gen --key device/dev1.key --new-key ec-p256 --cn dev1 >device/dev1.csr
	cert-sign --self-signed --key device/dev1.key device/dev1.csr \
		>device/dev1.pem
}
upload() {
	certcycle upload "$@"
}
admin() {
	certcycle upload --user=admin --password-file=password "$@"
}
probe() {
	mqtt-probe --host localhost --port "$mqtt" --ca "$tls_ca" \
		--cert device/dev1.pem --key device/dev1.key --timeout 9s
}
token() {
	jwt-get --via https --url "https://localhost:$mtls" --ca "$tls_ca" \
		--cert device/dev1.pem --key device/dev1.key
}
# kept MEMBER [FILE]: what the tenant says of the certificate in FILE
kept() {
	print=$(openssl x509 -in "${2:-device/dev1.pem}" -outform DER |
		openssl sha1 -r | cut -d ' ' -f 1)
	rest-call --ca "$tls_ca" --netrc sandbox/netrc --print "$1" \
		--url "$base/tenants/t1000/trusted-certificates" --segment "$print"
}
# quiet: the last command said nothing at all
quiet() {
	same 'silent on success' '' "$(cat out err)"
}

# --- the command line ---
exits 64 upload --nonsense
says 'nonsense: not understood'
exits 64 upload --auto-registration=perhaps
exits 64 upload --netrc=sandbox/netrc --user=admin
says '--netrc says both'
exits 0 upload --help
prints '--password-file=FILE'
fails 65 'dev1.pem: No such file' admin
made
fails 65 'no-such-file: No such file' upload --user=admin \
	--password-file=no-such-file
fails 65 'no-such-file: No such file' upload --netrc=no-such-file
exits 78 certcycle -o c8y.url= -o c8y.http= upload --netrc=sandbox/netrc
says 'c8y.url: not set'
openssl x509 -in device/dev1.pem -outform DER >der
fails 65 'der: not in PEM' certcycle -o "device.cert_path=$T/der" upload \
	--user=admin --password-file=password
# no terminal, and nothing to ask there
no_terminal() {
	python3 -c 'import os, sys
os.setsid()
os.execvp(sys.argv[1], sys.argv[1:])' "$@" </dev/null
}
exits 64 no_terminal certcycle upload
says 'no terminal to ask'

# --- from refused to trusted ---
fails 77 'CONNACK 5' probe
fails 77 'status 401: No client certificate that this tenant trusts' token
fails 77 'status 401: Invalid credentials' upload --user=admin \
	--password-file=wrong
grep -q 'single sign-on' err
result $? 'and what may be wrong'
fails 77 'CONNACK 5' probe
exits 0 admin
quiet
exits 0 probe
exits 0 token
same 'under the name of the device' dev1 "$(kept name)"
same 'proved' true "$(kept proofOfPossessionValid)"
same 'unknown devices are registered' true "$(kept autoRegistrationEnabled)"
exits 0 admin
quiet
made
exits 0 upload --netrc=sandbox/netrc --name='My device' --no-proof \
	--auto-registration=no
same 'another name' 'My device' "$(kept name)"
same 'not proved' false "$(kept proofOfPossessionValid)"
same 'unknown devices are not registered' false "$(kept autoRegistrationEnabled)"
exits 0 probe
exits 0 upload --netrc=sandbox/netrc --no-proof
same 'not proved still' false "$(kept proofOfPossessionValid)"
exits 0 upload --netrc=sandbox/netrc
same 'a second upload proves what was not' true "$(kept proofOfPossessionValid)"
same 'and changes nothing else' 'My device' "$(kept name)"

# --- the password from standard input, and from a pipe ---
from_pipe() {
	# shellcheck disable=SC2002 # it is to be a pipe
	cat password | certcycle upload --user=admin --password-file="$1"
}
made
exits 0 from_pipe -
same 'from standard input' true "$(kept proofOfPossessionValid)"
made
exits 0 from_pipe /dev/fd/0
same 'from a pipe' true "$(kept proofOfPossessionValid)"

# --- on a terminal ---
cat >typist <<'X'
"""typist ANSWER... -- COMMAND...: types an answer to each question"""
import os, pty, sys
at = sys.argv.index("--")
answers, command = sys.argv[1:at], sys.argv[at + 1:]
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(command[0], command)
seen = b""
while True:
    try:
        data = os.read(terminal, 1000)
    except OSError:
        break
    seen += data
    if answers and seen.endswith(b": "):
        os.write(terminal, answers.pop(0).encode() + b"\n")
sys.stdout.write(seen.decode())
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
X
made
exits 0 python3 typist admin "$(cat password)" -- certcycle upload
cp out screen
ok 'it asks who' grep -q '^User: admin' screen
ok 'and for the password' grep -q '^Password of admin: ' screen
exits 1 grep -F -e "$(cat password)" screen
same 'and that is enough' true "$(kept proofOfPossessionValid)"
exits 0 python3 typist "$(cat password)" -- certcycle upload --user=admin
exits 77 python3 typist nonsense -- certcycle upload --user=admin
prints 'status 401: Invalid credentials'
exits 0 python3 typist "$(cat password)" -- sh -c \
	'before=$(stty -g); certcycle upload --user=admin
	[ "$before" = "$(stty -g)" ]'

# --- keys of other kinds, and the candidate ---
printf 'open\n' >passphrase
chmod 600 passphrase
rm -rf device
mkdir device
csr-gen --key device/dev1.key --new-key rsa-2048 --passphrase-file passphrase \
	--cn dev1 | cert-sign --self-signed --key device/dev1.key \
	--passphrase-file passphrase >device/dev1.pem
exits 0 certcycle -o "device.key_passphrase_path=$T/passphrase" upload \
	--netrc=sandbox/netrc
same 'an encrypted RSA key proves too' true "$(kept proofOfPossessionValid)"
made
cat sandbox/ca.pem >>device/dev1.pem
exits 0 upload --netrc=sandbox/netrc
same 'of a chain, the certificate' true "$(kept proofOfPossessionValid)"
csr-gen --key device/dev1.key --from device/dev1.pem |
	cert-sign --self-signed --key device/dev1.key >device/dev1.pem.new
exits 0 upload --netrc=sandbox/netrc
same 'the candidate is what is uploaded' true \
	"$(kept proofOfPossessionValid device/dev1.pem.new)"
csr-gen --key device/dev1.key.new --new-key ec-p256 --cn dev1 |
	cert-sign --self-signed --key device/dev1.key.new >device/dev1.pem.new
exits 0 upload --netrc=sandbox/netrc
same 'with a new key, where there is one' true \
	"$(kept proofOfPossessionValid device/dev1.pem.new)"

# --- the whole way of a certificate that nobody issues ---
made
cert-sign --self-signed --key device/dev1.key --duration 30d \
	device/dev1.csr >device/dev1.pem
exits 0 upload --netrc=sandbox/netrc
before=$(cat device/dev1.pem)
exits 0 certcycle -o issuer=self-signed -o certificate.ca_path= renew
exits 0 upload --netrc=sandbox/netrc
exits 0 certcycle -o issuer=self-signed -o certificate.ca_path= run --force
[ "$before" != "$(cat device/dev1.pem)" ]
result $? 'the new one is active'
exits 1 test -e device/dev1.pem.new
exits 0 probe

# --- what a server may say that this one does not ---
made
trusted_pair odd localhost
# answers, one a line, STATUS and BODY, to one request each; what was asked is in
# the file asked
cat >teller <<'X'
import http.server, os, ssl, sys

class Teller(http.server.BaseHTTPRequestHandler):
    def answer(self):
        with open("asked", "a") as asked:
            asked.write(self.requestline + "\n")
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        with open("answers") as file:
            said, *left = file.read().splitlines()
        with open("answers", "w") as file:
            file.write("".join(line + "\n" for line in left))
        status, _, body = said.partition(" ")
        self.send_response(int(status))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    do_GET = do_POST = answer


server = http.server.HTTPServer(("127.0.0.1", 0), Teller)
tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
tls.load_cert_chain("odd.pem", "odd.key")
server.socket = tls.wrap_socket(server.socket, server_side=True)
with open("teller.new", "w") as file:
    print(server.server_port, file=file)
os.rename("teller.new", "teller.port")
server.serve_forever()
X
python3 teller 2>teller.log &
at_end "{ kill $!; wait $!; } 2>/dev/null"
until_true [ -s teller.port ]
port=$(cat teller.port)
tell() {
	printf '%s\n' "$@" >answers
}
elsewhere() {
	certcycle -o "c8y.http=localhost:$port" upload --netrc=sandbox/netrc
}
no='{"message":"Access is denied"}'
tenant='200 {"name":"t1000"}'
tell "403 $no"
fails 77 'currentTenant: status 403: Access is denied' elsewhere
grep -q 'needs the role ROLE_TENANT_ADMIN' err
result $? 'and which role is needed'
tell "$tenant" "403 $no"
fails 77 'trusted-certificates: status 403: Access is denied' elsewhere
grep -q 'needs the role ROLE_TENANT_ADMIN' err
result $? 'to upload, too'
tell "$tenant" "409 $no" "404 $no"
fails 77 'another tenant of .* trusts it' elsewhere
tell "$tenant" '201 ' '200 {}' '200 {"proofOfPossessionValid":false}' \
	'200 {"proofOfPossessionUnsignedVerificationCode":"two words"}'
fails 76 'a verification code that is none' elsewhere
tell '200 {"name":"../../x"}' '500 '
fails 69 'status 500' elsewhere
ok 'a name stays a name' grep -q \
	'^POST /tenant/tenants/..%2F..%2Fx/trusted-certificates ' asked
tell '503 '
exits 75 elsewhere
made
fails 71 "$T: Is a directory" certcycle -o "device.key_path=$T" upload \
	--netrc=sandbox/netrc
fails 69 'Failed to connect|Connection refused' upload --netrc=sandbox/netrc \
	--url="localhost:$("$libexec/sandbox-admin" free-port)"
done_testing
