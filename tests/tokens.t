#!/bin/sh
# Keys on a token over the network: a device enrolls, gets access tokens,
# connects and renews, and its key never leaves an HSM (SoftHSM plays it) or a
# TPM 2 (swtpm plays it). GnuTLS uses the key for HTTPS, OpenSSL for MQTT.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2317 # what ok and exits call
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
needs openssl softhsm2-util p11tool python3
start_sandbox
make_token tok
printf 'secret-for-dev1\n' >otp
printf 'wrong\n' >wrong.pin
chmod 600 otp wrong.pin

# an EST server that takes a client certificate for a login, which the sandbox
# does not
trusted_pair server localhost
"$source_dir/tests/est-peer" --port-file "$T/peer.port" --log "$T/peer.log" \
	--cert server.pem --key server.key --ca sandbox/ca.pem \
	--ca-key sandbox/ca.key --clients sandbox/ca.pem --strict 2>peer.err &
peer=$!
at_end "{ kill $peer; wait $peer; } 2>/dev/null"
until_true test -s peer.port
est=https://localhost:$(cat peer.port)

# the ways to use a key: NAME OPTION..., with the certificate dev.pem if no other
# is named
https() {
	jwt-get --via https --url "https://localhost:$mtls" --ca "$tls_ca" \
		--cert dev.pem "$@"
}
mqtt() {
	jwt-get --via mqtt --host localhost --port "$mqtt" --ca "$tls_ca" \
		--cert dev.pem "$@"
}
probe() {
	mqtt-probe --host localhost --port "$mqtt" --ca "$tls_ca" \
		--cert dev.pem "$@"
}
est() {
	est-post --reenroll --url "$est" --ca "$tls_ca" --cert dev.pem "$@" \
		dev.csr
}
# each_way OPTION...: each way, and it works
each_way() {
	for way in https mqtt probe est; do
		exits 0 "$way" "$@"
	done
}
# no_way CODE PATTERN OPTION...: each way, and each says the same
no_way() {
	no_code=$1 no_pattern=$2
	shift 2
	for way in https mqtt probe est; do
		fails "$no_code" "$no_pattern" "$way" "$@"
	done
}

# enroll TOKEN TYPE ID: a new key of that type and label on the token, and dev.pem
# that the sandbox gives for it
enroll() {
	exits 0 csr-gen --key "pkcs11:token=$1;object=$2;id=$3" \
		--passphrase-file "$1.pin" --new-key "$2" --cn dev1
	cp out dev.csr
	exits 0 sandbox register dev1 otp
	exits 0 est-post --enroll --url "https://localhost:$https" \
		--ca "$tls_ca" --user dev1 --password-file otp dev.csr
	cp out dev.pem
}

# renew TOKEN TYPE: as a renewal does, by each kind of access token
renew() {
	for way in https mqtt; do
		exits 0 "$way" --key "pkcs11:token=$1;object=$2" \
			--passphrase-file "$1.pin"
		(umask 077 && cp out access)
		exits 0 csr-gen --key "pkcs11:token=$1;object=$2" \
			--passphrase-file "$1.pin" --cn dev1
		cp out dev.csr
		exits 0 est-post --reenroll --url "https://localhost:$https" \
			--ca "$tls_ca" --token-file access dev.csr
		cp out dev.pem
		exits 0 cert-check --match "pkcs11:token=$1;object=$2" \
			--passphrase-file "$1.pin" dev.pem
	done
	exits 0 probe --key "pkcs11:token=$1;object=$2" \
		--passphrase-file "$1.pin"
}

# --- how a key is named, and its PIN given ---

module=$(first /usr/lib/softhsm/libsofthsm2.so \
	/usr/lib/*/softhsm/libsofthsm2.so /usr/lib*/pkcs11/libsofthsm2.so)
id=1
for type in ec-p256 ec-p384 rsa-2048; do
	enroll tok $type "%0$id"
	key="pkcs11:token=tok;object=$type"
	each_way --key "$key" --passphrase-file tok.pin
	each_way --key "pkcs11:token=tok;id=%0$id?pin-value=1234"
	renew tok $type
	id=$((id + 1))
done
each_way --key "$key?pin-source=$T/tok.pin"
each_way --key "$key;type=private?pin-source=file:$T/tok.pin"
each_way --key "$key?pin-value=9999" --passphrase-file tok.pin
each_way --key "$key?module-path=$module" --passphrase-file tok.pin
(umask 077 && printf '%s\n' "$key?module-path=$module" >module.ref &&
	printf '%s\n' "$key?pin-source=$T/tok.pin" >pin.ref)
each_way --key module.ref --passphrase-file tok.pin
each_way --key pin.ref
p11tool --login --set-pin 1234 --write --load-certificate dev.pem \
	--label dev 'pkcs11:token=tok' >out 2>err
cert='pkcs11:token=tok;object=dev;type=cert'
each_way --cert "$cert" --key "$key" --passphrase-file tok.pin
each_way --cert "$cert?module-path=$module" --passphrase-file tok.pin \
	--key "$key?module-path=$module"
each_way --cert "$cert" --key "$key?module-path=$module" \
	--passphrase-file tok.pin

# --- what is not there, or not right ---

no_way 71 'the token does not take this PIN, which was tried once' \
	--key "$key" --passphrase-file wrong.pin
no_way 71 'the token wants a PIN: --passphrase-file or pin-source' --key "$key"
no_way 71 ': no such token is here$' --key 'pkcs11:token=none;object=a' \
	--passphrase-file tok.pin
no_way 65 ': no such key on the token$' --key 'pkcs11:token=tok;object=none' \
	--passphrase-file tok.pin
no_way 65 ': 3 keys match: name one' --key 'pkcs11:token=tok' \
	--passphrase-file tok.pin
no_way 65 'dev.pem: does not match the key in pkcs11:' \
	--key 'pkcs11:token=tok;object=ec-p256' --passphrase-file tok.pin
printf '%s\n' 'pkcs11:token=tok;object=none' >none.ref
no_way 65 ': no such key on the token$' --key none.ref \
	--passphrase-file tok.pin
printf '%s\n' 'pkcs11:token=tok;object=ec-p256' >other.ref
no_way 65 'dev.pem: does not match the key in pkcs11:' --key other.ref \
	--passphrase-file tok.pin
no_way 71 'its module /missing.so: ' --passphrase-file tok.pin \
	--key "$key?module-path=/missing.so"
no_way 71 'its module /missing.so: ' --passphrase-file tok.pin \
	--key "$key" --cert "$cert?module-path=/missing.so"
export OPENSSL_ENGINES="$T/none"
for way in mqtt probe; do
	fails 71 'needs OpenSSL.s engine pkcs11 for MQTT' "$way" --key "$key" \
		--passphrase-file tok.pin
done
unset OPENSSL_ENGINES
spy=$(first /usr/lib/*/pkcs11/pkcs11-spy.so /usr/lib/pkcs11/pkcs11-spy.so \
	/usr/lib*/pkcs11-spy.so)
if [ -n "$spy" ] && [ -n "$module" ]; then
	export PKCS11SPY="$module" PKCS11SPY_OUTPUT="$T/heard"
	for way in https mqtt probe est; do
		: >heard
		exits 0 "$way" --key "$key?module-path=$spy" \
			--passphrase-file tok.pin
		ok "$way: that module signs, and no other" \
			grep -q ': C_Sign$' heard
		: >heard
		exits 71 "$way" --key "$key?module-path=$spy" \
			--passphrase-file wrong.pin
		same "$way: a wrong PIN is tried once" \
			"$(grep -c ': C_Login$' heard)" 1
	done
else
	skip 'which module signs' 'no pkcs11-spy.so'
fi

# --- a key that p11-kit knows no module of ---

mkdir -p config/pkcs11
printf 'user-config: only\n' >config/pkcs11/pkcs11.conf
if [ "$(id -u)" != 0 ]; then
	export XDG_CONFIG_HOME="$T/config"
	no_way 71 'no such token' --key "$key" --passphrase-file tok.pin
	each_way --key "$key?module-path=$module" --passphrase-file tok.pin
	unset XDG_CONFIG_HOME
else
	skip 'a module of no configuration' 'root has none of its own'
fi

# --- a TPM 2 ---

make_tpm tpm || {
	skip 'a TPM 2' 'no swtpm, no libtpm2_pkcs11.so, or no sandbox'
	done_testing
}
for type in ec-p256 ec-p384 rsa-2048; do
	enroll tpm $type "%0$id"
	key="pkcs11:token=tpm;object=$type"
	renew tpm $type
	each_way --key "$key?pin-source=file:$T/tpm.pin"
	exits 0 probe -v --key "$key" --passphrase-file tpm.pin
	cp err words
	ok "TPM, $type: in TLS 1.3" grep -q ': TLSv1.3 in ' words
	# a session that stays there takes one of three places
	each_way --key "$key?module-path=$tpm_module" --passphrase-file tpm.pin
	id=$((id + 1))
done
# a TPM has always one more token, which is blank
each_way --key "pkcs11:manufacturer=IBM;object=$type" --passphrase-file tpm.pin
no_way 71 'the token wants a PIN' --key "$key"
# it counts the wrong ones, and then it takes none for a while
for way in mqtt est; do
	fails 71 'the token does not take this PIN, which was tried once' \
		"$way" --key "$key" --passphrase-file wrong.pin
done
kill "$tpm"
no_way 71 '^[a-z-]+: pkcs11:token=tpm;object=' --key "$key" \
	--passphrase-file tpm.pin
done_testing
