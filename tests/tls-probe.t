#!/bin/sh
# tls-probe: servers that can be reached and trusted, and each step at which one
# cannot: name, connection, proxy, TLS, certificate.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2317 # exits and fails call the functions
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
needs openssl mosquitto
start_sandbox
ca=$T/sandbox/ca.pem
url=https://localhost:$https
printf 'secret-for-dev1\n' >otp
chmod 600 otp
csr-gen --key dev1.key --new-key ec-p256 --cn dev1 >dev1.csr
sandbox register dev1 otp >out
est-post --enroll --url "$url" --ca "$tls_ca" --user dev1 --password-file otp \
	dev1.csr >dev1.pem
make_pair other
# it is over when it is needed
trusted_pair over localhost --duration 1s

# --- the command line ---
introduces tls-probe --url --ca --cert --key --passphrase-file --proxy \
	--proxy-user --proxy-password-file --proxy-ca --connect-timeout --timeout
wrong() {
	words=$1
	shift
	misused tls-probe "$@"
	says "$words"
}
wrong '--url is missing'
wrong 'localhost:1: not an https URL' --url localhost:1
wrong 'http://localhost: not an https URL' --url http://localhost
wrong 'not an https URL' --url 'https://localhost/?a=b'
wrong '--url: no user in it' --url https://me:secret@localhost
wrong 'extra: one operand too many' --url "$url" extra
wrong '--proxy: ftp://localhost:1: begins' --url "$url" --proxy ftp://localhost:1
wrong '--proxy: no user in it' --url "$url" --proxy http://me:secret@localhost
wrong '--cert and --key' --url "$url" --cert dev1.pem
wrong '--cert and --key' --url "$url" --key dev1.key
wrong '--passphrase-file goes with' --url "$url" --passphrase-file otp
wrong '--proxy-user and' --url "$url" --proxy-user me
wrong '--proxy-user and' --url "$url" --proxy-password-file otp
wrong 'only one input' --url "$url" --cert - --key -
wrong 'soon' --url "$url" --timeout soon

# --- there ---
exits 0 tls-probe --url "$url" --ca "$tls_ca"
silent
same 'and nothing is said' '' "$(cat err)"
exits 0 tls-probe -v --url "$url/any/path" --ca "$tls_ca"
cp err traced
for step in 'name found, [0-9]' 'connected, [0-9]' 'TLS agreed on, [0-9]' \
	'trusted, at (127.0.0.1|::1) port [0-9]+, \(TLS1'; do
	ok "-v says: $step" grep -qE "^tls-probe: $url/any/path: $step" traced
done
mkdir anchors
cp "$tls_ca" anchors
exits 0 tls-probe --url "$url" --ca anchors
exits 0 tls-probe --url "$url" --ca - <"$tls_ca"
trusted_pair heard localhost
tls_server heard
exits 0 tls-probe --url "https://localhost:$port" --ca "$tls_ca"
same 'not a byte is sent to it' '' "$(cat heard.heard)"

# --- no name, no connection ---
within 10 fails 69 '^tls-probe: https://name.invalid: name not found: ' \
	tls-probe --url https://name.invalid --timeout 5s
closed=$("$libexec/sandbox-admin" free-port)
within 5 fails 69 "^tls-probe: https://localhost:$closed: connection refused: " \
	tls-probe --url "https://localhost:$closed"
trusted_pair mute localhost
tls_server mute
kill -STOP "$pid"
within 4 fails 69 "^tls-probe: https://localhost:$port: no TLS: .*time" \
	tls-probe --url "https://localhost:$port" --timeout 1s
within 4 fails 69 "^tls-probe: https://localhost:$port: no TLS: .*time" \
	tls-probe --url "https://localhost:$port" --connect-timeout 1s

# --- no TLS: a broker that speaks none ---
clear=$("$libexec/sandbox-admin" free-port)
printf '%s\n' "listener $clear 127.0.0.1" "user $(id -un)" >clear.conf
mosquitto -c clear.conf >clear.log 2>&1 &
at_end "kill $! 2>/dev/null"
until_true listens "$clear"
within 5 fails 69 "^tls-probe: https://localhost:$clear: no TLS: " \
	tls-probe --url "https://localhost:$clear" --timeout 4s

# --- not to be trusted, and why ---
untrusted='certificate not trusted'
fails 76 "^tls-probe: $url: $untrusted: .*issuer" tls-probe --url "$url" --ca "$ca"
fails 76 "^tls-probe: $url: $untrusted: .*issuer" tls-probe --url "$url"
trusted_pair elsewhere other.example.com
tls_server elsewhere
fails 76 "$port: $untrusted: .*localhost" tls-probe \
	--url "https://localhost:$port" --ca "$tls_ca"
until_true cert-check --due 0s over.pem
tls_server over
fails 76 "$port: $untrusted: .*expired" tls-probe \
	--url "https://localhost:$port" --ca "$tls_ca"
csr-gen --key alien.key --new-key ec-p256 --cn localhost --dns localhost |
	cert-sign --self-signed --key alien.key >alien.pem
tls_server alien
fails 76 "$port: $untrusted: .*issuer" tls-probe \
	--url "https://localhost:$port" --ca "$tls_ca"
same 'not a byte is sent to any of them' '' \
	"$(cat elsewhere.heard over.heard alien.heard)"

# --- versions of TLS: 1.2 at least (RFC 8996) ---
trusted_pair old localhost
trusted_pair enough localhost
tls_server old -tls1_1 -cipher 'ALL:@SECLEVEL=0'
fails 76 "^tls-probe: https://localhost:$port: .*protocol version" tls-probe \
	--url "https://localhost:$port" --ca "$tls_ca"
tls_server enough -tls1_2
exits 0 tls-probe --url "https://localhost:$port" --ca "$tls_ca"

# --- our certificate ---
exits 0 tls-probe --url "https://localhost:$mtls" --ca "$tls_ca" \
	--cert dev1.pem --key dev1.key
exits 0 tls-probe --url "https://localhost:$mtls" --ca "$tls_ca" \
	--cert dev1.pem --key - <dev1.key
printf 'open\n' >passphrase
chmod 600 passphrase
csr-gen --key sealed.key --new-key ec-p256 --cn dev1 \
	--passphrase-file passphrase | cert-sign --self-signed \
	--key sealed.key --passphrase-file passphrase >sealed.pem
exits 0 tls-probe --url "$url" --ca "$tls_ca" --cert sealed.pem \
	--key sealed.key --passphrase-file passphrase
for version in -tls1_2 -tls1_3; do
	name=picky$version
	trusted_pair "$name" localhost
	tls_server "$name" $version -Verify 1 -verify_return_error -CAfile "$ca"
	set -- tls-probe --url "https://localhost:$port" --ca "$tls_ca"
	exits 0 "$@" --cert dev1.pem --key dev1.key
	fails 77 "^tls-probe: https://localhost:$port: .*(alert|CA is unknown)" \
		"$@" --cert other.pem --key other.key
done

# --- our own files ---
set -- tls-probe --url "$url" --ca "$tls_ca"
fails 65 '^tls-probe: dev1.pem: does not match the key in other.key' \
	"$@" --cert dev1.pem --key other.key
fails 65 '^tls-probe: otp: not a certificate' "$@" --cert otp --key dev1.key
fails 65 '^tls-probe: otp: not a private key' "$@" --cert dev1.pem --key otp
fails 65 '^tls-probe: no-such-file: No such file' tls-probe --url "$url" \
	--ca no-such-file
fails 65 '^tls-probe: .*otp' tls-probe --url "$url" --ca otp
fails 71 "^tls-probe: $T: Is a directory" "$@" --cert dev1.pem --key dev1.key \
	--passphrase-file "$T"

# --- proxies ---
if command -v python3 >/dev/null; then
	# proxy NAME [LOGIN [CERT KEY]]: on $port
	proxy() {
		name=$1
		shift
		python3 "$source_dir/tests/proxy" "$T/$name.port" "$T/$name.log" \
			"$@" 2>"$name.err" &
		at_end "{ kill $!; wait $!; } 2>/dev/null"
		until_true test -e "$name.port"
		port=$(cat "$name.port")
	}
	proxy open
	exits 0 "$@" --proxy "http://localhost:$port"
	ok 'a CONNECT went out' grep -q "^CONNECT localhost:$https" open.log
	same 'and nothing of HTTP behind it' 1 "$(grep -c HTTP/1 open.log)"
	exits 0 "$@" --proxy "socks5h://localhost:$port"
	exits 0 env https_proxy="http://localhost:$port" "$@"
	fails 77 '^tls-probe: https://forbidden.example.com: its proxy: .*403' \
		tls-probe --url https://forbidden.example.com \
		--proxy "http://localhost:$port"
	printf 'sesame\n' >word
	chmod 600 word
	proxy closed me:sesame
	exits 0 "$@" --proxy "http://localhost:$port" --proxy-user me \
		--proxy-password-file word
	fails 77 'its proxy: .*407' "$@" --proxy "http://localhost:$port"
	trusted_pair proxy localhost
	proxy sealed - "$T/proxy.pem" "$T/proxy.key"
	exits 0 "$@" --proxy "https://localhost:$port" --proxy-ca "$tls_ca"
	fails 76 "^tls-probe: $url: $untrusted: " "$@" \
		--proxy "https://localhost:$port"
	fails 69 "^tls-probe: $url: name of the proxy not found: " "$@" \
		--proxy http://name.invalid:1
	fails 69 "^tls-probe: $url: connection refused: " "$@" \
		--proxy "http://localhost:$closed"
else
	skip 'proxies' 'no python3 here'
fi

done_testing
