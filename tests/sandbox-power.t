#!/bin/sh
# A kill of the sandbox's server between any two steps with which the tenant's CA
# is made, renewed and removed: the next start finds all of it, or nothing.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2016 # at_end expands it
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
needs curl jq strace openssl
needs_sandbox
certs=/tenant/tenants/t1000/trusted-certificates
mkdir tenant
dir=$T/tenant
csr-gen --key tenant/server.key --new-key ec-p256 --cn localhost \
	--dns localhost |
	cert-sign --self-signed --key tenant/server.key >tenant/server.pem
"$libexec/sandbox-admin" --dir "$dir" init

serve() {
	rm -f tenant/server.ports
	"$libexec/sandbox-server" --dir "$dir" >>log 2>&1 &
	server=$!
	until_true [ -s tenant/server.ports ] || {
		sed 's/^/# /' log
		printf 'Bail out! the server does not start again\n'
		exit 1
	}
	https=$(sed -n 's/^https=//p' tenant/server.ports)
}
end() {
	kill "$server"
	wait "$server" 2>/dev/null
	:
}
at_end 'kill $server 2>/dev/null'
# call METHOD PATH: what the tenant says
call() {
	curl -sS --max-time 20 --cacert tenant/server.pem -X "$1" \
		--user "$(cat tenant/operator)" "https://localhost:$https$2" \
		2>err
}
# tenant WORK: has a CA that WORK can be done with
tenant() {
	case $1 in
	create) [ ! -e tenant/ca.pem ] || call DELETE "$certs/$(own)" ;;
	*) [ -e tenant/ca.pem ] || call POST /certificate-authority ;;
	esac >out
	end
	[ "$1" != renew ] || {
		csr-gen --key tenant/ca.key --from tenant/ca.pem |
			cert-sign --self-signed --ca --key tenant/ca.key \
				--duration 700d >aged.pem
		cp aged.pem tenant/ca.pem
	}
}
own() {
	openssl x509 -in tenant/ca.pem -outform DER | openssl sha1 -r |
		cut -d ' ' -f 1
}
work() {
	case $1 in
	create) call POST /certificate-authority ;;
	renew) call POST /certificate-authority/renew ;;
	remove) call DELETE "$certs/$(own)" ;;
	esac >out
}
# whole: there is a CA that the tenant trusts and that registers devices, and its
# key; or there is nothing
whole() {
	call GET "$certs" >list
	if [ -e tenant/ca.pem ]; then
		cert-check --match tenant/ca.key tenant/ca.pem &&
			[ "$(jq -c '[.certificates[] | [.fingerprint,
				.tenantCertificateAuthority,
				.autoRegistrationEnabled]]' <list)" = \
				"[[\"$(own)\",true,true]]" ]
	else
		[ ! -e tenant/ca.key ] &&
			[ "$(jq -c .certificates <list)" = '[]' ]
	fi
}
# the one that init made registers nobody
serve
call DELETE "$certs/$(own)"
cuts=0 bad=0
for work in create renew remove; do
	for cut in linkat=1 rename=1 unlink=1 unlink=2 fsync=1 fsync=2 fsync=3 \
		fsync=4 fsync=5; do
		tenant "$work"
		serve
		until_true whole || bad=$((bad + 1))
		strace -f -qq -o /dev/null -p "$server" \
			-e inject="${cut%=*}:signal=KILL:when=${cut#*=}" &
		tracer=$!
		until_true grep -q 'TracerPid:.*[1-9]' "/proc/$server/status"
		work "$work"
		# without an answer curl has a word to say
		if [ -s err ]; then
			cuts=$((cuts + 1))
			wait "$server" 2>/dev/null
		else
			end
		fi
		wait "$tracer" 2>/dev/null
		serve
		whole >why 2>&1 || {
			bad=$((bad + 1))
			printf '# %s, %s\n' "$work" "$cut"
			sed 's/^/# /' why list
		}
	done
done
same 'after none of them there was half a CA' 0 "$bad"
printf '# killed in the midst: %s\n' "$cuts"
[ "$cuts" -ge 12 ]
result $? 'the server was killed at least a dozen times'
end
done_testing
