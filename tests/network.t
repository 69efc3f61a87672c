#!/bin/sh
# Faults of the network below HTTP, against all that asks a server: the exit code,
# what is said, the time it takes, what becomes of certificates, and that the next
# run on a network that is whole ends well. In a network of the test's own, with
# name servers and routes; where that is not allowed, on loopback, by a relay.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2016,SC2086,SC2093,SC2154,SC2317 # expanded later; a shell and
# its word, options; only once; tap.sh sets them; functions are called by others
if [ -z "${network_inside:-}" ]; then
	for map in '' -r; do
		unshare $map -nmu ip link set lo up 2>/dev/null || continue
		network_inside=yes
		export network_inside
		exec unshare $map -nmu ${TEST_SHELL:-sh} "$0"
	done
	network_inside=no
fi
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
needs python3 openssl
needs_sandbox

# resolver: who is asked for names, and with more patience than we have
resolver() {
	printf 'nameserver 127.0.0.53\noptions timeout:30\n' >resolv.conf
}
zone() {
	printf '%s\n' "$@" >zone.new && mv zone.new zone
}

# --- the place: names, addresses, the tenant, and the lines to it ---
v4=127.0.0.1 v6='' tenant=localhost
if [ "$network_inside" = yes ]; then
	v4=10.9.0.1 tenant=tenant.test
	ip link set lo up
	hostname "$tenant"
	ip addr add $v4/24 dev lo
	ip link add void0 type veth peer name void1
	ip addr add 10.8.0.1/24 dev void0
	ip link set void0 up
	ip link set void1 up
	# who is called there does not answer, and nobody says so
	ip neigh replace 10.8.0.2 lladdr 02:00:00:00:00:02 dev void0
	ip route add unreachable 10.7.0.0/24
	if ip -6 addr add 2001:db8:9::1/64 dev lo nodad 2>/dev/null &&
		ip -6 addr add 2001:db8:8::1/64 dev void0 nodad; then
		v6=2001:db8:9::1
		ip -6 addr add 2001:db8:9::2/64 dev lo nodad
		ip -6 neigh replace 2001:db8:8::2 lladdr 02:00:00:00:00:02 \
			dev void0
	fi
	resolver
	printf '127.0.0.1 localhost\n' >hosts
	printf 'hosts: files dns\npasswd: files\ngroup: files\n' >nsswitch.conf
	for file in resolv.conf hosts nsswitch.conf; do
		mount --bind $file /etc/$file
	done
	"$source_dir/tests/name-server" 127.0.0.53 "$tenant" "$T/zone" \
		>name-server.log 2>&1 &
	at_end "{ kill $!; wait $!; } 2>/dev/null"
fi
zone "A $v4"
enrolled_device
sandbox stop --keep
sandbox start --listen=0.0.0.0 >places 2>err
https=$(sed -n 's/^url = .*://p' places)
mtls=$(sed -n 's/^mtls = .*://p' places)
mqtt=$(sed -n 's/^mqtt = .*://p' places)
mkdir line cell
lossy=no
"$source_dir/tests/relay" line "$v4${v6:+,$v6}" https="$https" mtls="$mtls" \
	mqtt="$mqtt" proxy="$https" >relay.log 2>&1 &
at_end "{ kill $!; wait $!; } 2>/dev/null"
until_true [ -s line/proxy.port ] || sed 's/^/# /' relay.log
closed=$("$libexec/sandbox-admin" free-port)

# line MODE...: what becomes of each line that leads to the tenant
line() {
	for name in https mtls mqtt; do
		mode $name "$@"
	done
}
# mode NAME MODE...
mode() {
	led=$1
	shift
	printf '%s\n' "$*" >"line/$led.new"
	mv "line/$led.new" "line/$led.mode"
}
# whole: nothing is wrong any more
whole() {
	line pass
	zone "A $v4"
	resolver
	[ "$lossy" = no ] || nft delete table inet lossy
	lossy=no
	unset https_proxy
	at_https=$(cat line/https.port) at_mtls=$(cat line/mtls.port)
	at_mqtt=$(cat line/mqtt.port)
	patience 4
}
# patience SECONDS: what asks waits for so long, half of it for a connection, what
# ever else it is told
patience() {
	printf '%s\n' "$1" >patience
	printf '%s\n' $(($1 / 2)) >half
}
for helper in est-post jwt-get mqtt-probe tls-probe rest-call; do
	real=$(readlink "stage/bin/$helper")
	half='"$(cat '"$T/half"')"'
	options='--timeout "$(cat '"$T/patience"')"'
	case $helper in
	mqtt-probe) ;;
	jwt-get) options="$options --connect-timeout $half --wait $half" ;;
	*) options="$options --connect-timeout $half" ;;
	esac
	rm "stage/bin/$helper"
	printf '#!/bin/sh\nexec "%s" "$@" %s\n' "$real" "$options" \
		>"stage/bin/$helper"
	chmod 755 "stage/bin/$helper"
done
# a second device, without a certificate
second_profile
csr-gen --key "$key" --from "$cert" >dev1.csr
whole
jwt-get --via https --url "https://$tenant:$at_mtls" --ca "$tls_ca" \
	--cert "$cert" --key "$key" >token || printf 'Bail out! no token\n'
chmod 600 token

# --- asking ---
cycle() {
	certcycle -o "c8y.url=$tenant:$at_https" -o "c8y.http=$tenant:$at_https" \
		-o "c8y.mtls=$tenant:$at_mtls" -o "c8y.mqtt=$tenant:$at_mqtt" "$@"
}
# with NAME: those that ask, by the names that they have here
with() {
	set -- "$1" --ca "$tls_ca" --cert "$cert" --key "$key"
	case $1 in
	est)
		est-post --reenroll --url "https://$tenant:$at_https" \
			--ca "$tls_ca" --token-file token <dev1.csr
		;;
	https)
		shift
		jwt-get --via https --url "https://$tenant:$at_mtls" "$@"
		;;
	mqtt)
		shift
		jwt-get --via mqtt --host "$tenant" --port "$at_mqtt" "$@"
		;;
	probe)
		shift
		mqtt-probe --host "$tenant" --port "$at_mqtt" "$@"
		;;
	tls) tls-probe --url "https://$tenant:$at_https" --ca "$tls_ca" ;;
	rest)
		rest-call --url "https://$tenant:$at_https/tenant/currentTenant" \
			--ca "$tls_ca" --netrc "$T/sandbox/netrc"
		;;
	run) cycle run --force ;;
	enroll) CERTCYCLE_PROFILE=second cycle enroll --max-timeout=0 ;;
	esac
}
# ask NAME: its exit code, its words and its seconds are in cell/
ask() {
	since=$(date +%s) code=0
	with "$1" >"cell/$1.out" 2>"cell/$1.err" || code=$?
	printf '%s %s\n' "$code" $(($(date +%s) - since)) >"cell/$1.end"
}
# judge NAME CODE PATTERN SECONDS: how it ended
judge() {
	read -r code seconds <"cell/$1.end"
	cp "cell/$1.out" out
	cp "cell/$1.err" err
	last=$(tail -n 1 err)
	# behind what a hook says is what becomes of that
	case $1 in run) last=$(noted why) ;; esac
	printf '%-22s %-6s %3s %3s s  %s\n' "$fault" "$1" "$code" "$seconds" \
		"$(printf '%s' "$last" | sed "s|$T/||g")" >>table
	right=1
	case $2 in
	*"$code"*) [ "$seconds" -gt "$4" ] || right=0 ;;
	esac
	if [ "$code" != 0 ]; then
		printf '%s\n' "$last" | grep -qE -e "$3" || right=1
		[ ! -s out ] || right=1
	fi
	result $right "$fault: $1: exit $2, in time, and says which and why"
	[ "$right" = 0 ] || sed '$!d; s/^/# /' table
}
pair() {
	cksum "$cert" "$key"
}
# meets FAULT CODES PATTERN [NAME...]: each of them, or all, meets what is wrong
# with the network, all at once; then the network is whole, and a run ends well
meets() {
	fault=$1 codes=$2 pattern=$3
	shift 3
	[ $# -gt 0 ] || set -- est https mqtt probe tls rest run enroll
	limit=$((3 * $(cat patience) + 10))
	rm -rf second
	sandbox register dev2 otp2 >/dev/null
	before=$(pair) count=$(issued) asking=
	for who; do
		ask "$who" &
		asking="$asking $!"
	done
	wait $asking
	case $codes in
	*0*) ;;
	*)
		same "$fault: the pair is as it was" "$before" "$(pair)"
		exits 1 test -e second/dev2.pem
		;;
	esac
	for who; do
		judge "$who" "$codes" "$pattern" "$limit"
	done
	whole
	case " $* " in
	*' run '*) exits 0 cycle run --force ;;
	esac
	case " $* " in
	*' enroll '*) exits 0 env CERTCYCLE_PROFILE=second certcycle \
		-o "c8y.url=$tenant:$at_https" -o "c8y.http=$tenant:$at_https" \
		-o "c8y.mtls=$tenant:$at_mtls" -o "c8y.mqtt=$tenant:$at_mqtt" \
		enroll --max-timeout=5s ;;
	esac
}

# nowhere: a port where nobody listens
nowhere() {
	at_https=$closed at_mtls=$closed at_mqtt=$closed
}
# portal FILE: the answer of whoever is there in place of the tenant
portal() {
	printf '%b' "$2" >"$1"
	line say "$T/$1"
}
there="$tenant"

# --- the line breaks ---
breaks() {
	meets whole 0 ''
	if torture; then
		nowhere
		meets refused 69 "$there.*([Rr]efused|connect)"
		line cut client 0 reset
		meets 'reset at once' 69 "$there"
		line cut client 0 fin
		meets 'closed at once' 69 "$there"
		line cut server 0 shut
		meets 'shut at once' 69 "$there"
	fi
	if torture; then
		line cut client 0 silence
		meets 'silent at once' 69 "$there"
	fi
	for how in reset fin shut silence; do
		torture || [ $how = fin ] || continue
		line cut server 100 $how
		meets "$how in the handshake" 69 "$there"
		torture || continue
		line cut client 300 $how
		meets "$how behind the hello" 69 "$there"
	done
}

# sweep NAME LEAD SIDE HOW: what NAME says to the line LEAD, or hears from it, ends
# at each of so many places; it is never more than an outage, and where all was
# there already it is no fault
sweep() {
	fault="$4 of $3" pattern=$there
	mode "$2" pass
	ask "$1"
	sleep 0.2
	read -r client server <"line/$2.bytes"
	[ "$3" = client ] || client=$server
	step=$((client / 5))
	! torture || [ "$4" = silence ] || step=$((client / 25))
	at=1 bad=0 done=0 cut=0
	while [ $at -lt "$client" ]; do
		mode "$2" cut "$3" $at "$4"
		ask "$1"
		read -r code seconds <"cell/$1.end"
		case $code in
		0)
			done=$((done + 1))
			# a tenth of it is farewell, or what TLS says behind the
			# handshake; the probes are at their end there
			[ $at -gt $((client * 2 / 5)) ] || bad=$((bad + 1))
			;;
		69)
			cut=$((cut + 1))
			tail -n 1 "cell/$1.err" | grep -q "$there" &&
				[ ! -s "cell/$1.out" ] || bad=$((bad + 1))
			;;
		*)
			bad=$((bad + 1))
			printf '# %s at %s of %s: exit code %s: %s\n' \
				"$fault" $at "$client" "$code" \
				"$(tail -n 1 "cell/$1.err")"
			;;
		esac
		at=$((at + step))
	done
	mode "$2" pass
	same "$1: $fault, at each place" 0 $bad
	printf '%-22s %-6s %s\n' "$fault" "$1" \
		"$cut places: exit code 69; $done: 0; $bad: wrong" >>table
}
sweeps() {
	for how in fin reset shut silence; do
		torture || [ $how = fin ] || continue
		[ $how != silence ] || patience 2
		for side in client server; do
			sweep est https $side $how
			torture || continue
			sweep https mtls $side $how
			sweep mqtt mqtt $side $how
			sweep probe mqtt $side $how
			sweep tls https $side $how
			sweep rest https $side $how
		done
	done
	whole
}

# --- it is slow ---
slow() {
	torture || return 0
	line slow 1
	meets 'a byte a second' 69 "$there"
	line slow 1024
	patience 60
	meets '1 KB a second' 0 "$there"
	line late 0.3
	patience 60
	meets '300 ms each way' 0 "$there"
}

# --- somebody else answers ---
others() {
	if torture; then
		portal redirect 'HTTP/1.1 302 Found\r\nLocation: http://portal.example/\r\n\r\n'
		meets 'portal: 302' 76 "$there"
		portal page 'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>Pay'
		meets 'portal: 200' 76 "$there"
		portal noise '\001\0377\000\0200\033\007 noise noise noise noise'
		meets noise 76 "$there"
		trusted_pair another other.example
		tls_server another
		line to "$port"
		meets 'TLS for another name' 76 "$there"
	fi
	csr-gen --key portal.key --new-key ec-p256 --cn "$tenant" \
		--dns "$tenant" |
		cert-sign --self-signed --key portal.key >portal.pem
	tls_server portal
	line to "$port"
	meets 'portal: TLS of its own' 76 "$there"
}

# --- a proxy ---
# by_proxy FAULT CODE MODE...: HTTPS goes by it
by_proxy() {
	what=$1 due=$2
	shift 2
	https_proxy=http://$v4:$(cat line/proxy.port)
	export https_proxy
	mode proxy "$@"
	meets "proxy: $what" "$due" "$there" est https tls rest run enroll
}
# proxy FAULT CODE ANSWER
proxy() {
	printf '%b' "$3" >proxy.says
	by_proxy "$1" "$2" say "$T/proxy.says"
}
proxies() {
	proxy 407 77 'HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm="p"\r\nContent-Length: 0\r\n\r\n'
	torture || return 0
	proxy 403 77 'HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n'
	proxy 502 69 'HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n'
	proxy garbage 69 '\001\0377\000\0200\033\007 noise noise noise noise'
	proxy nothing 69 ''
	by_proxy silent 69 cut client 0 silence
	by_proxy reset 69 cut client 0 reset
	by_proxy 'no proxy' 69 pass
	https_proxy=http://$v4:$closed
	export https_proxy
	meets 'proxy: refused' 69 "$there" est https tls rest run enroll
}

# --- names and routes ---
# many COUNT ADDRESS-UP-TO-ITS-LAST-NUMBER [ADDRESS...]: the name has them all
many() {
	count=$1 n=1
	while [ $n -le "$count" ]; do
		printf 'A %s%d\n' "$2" $n
		n=$((n + 1))
	done >zone.new
	[ $# -lt 3 ] || printf 'A %s\n' "$3" >>zone.new
	mv zone.new zone
}
names() {
	for what in silent nxdomain servfail refused garbage truncated; do
		torture || [ $what = silent ] || continue
		zone $what
		torture || patience 2
		meets "names: $what" 69 "$there"
	done
	if torture; then
		zone 'A 10.8.0.2'
		meets 'no answer to SYN' 69 "$there"
		: >resolv.conf
		meets 'names: no server' 69 "$there"
		zone 'A 203.0.113.1'
		meets 'no route' 69 "$there"
		zone 'A 10.7.0.1'
		meets 'host unreachable' 69 "$there"
		zone 'A 127.0.0.1'
		meets 'nobody listens' 69 "$there"
		many 250 10.8.0.
		meets '250 black holes' 69 "$there"
		# libcurl has not the patience for all of them
		many 250 127.0.1. $v4
		meets '250 refuse, one does not' '0 69' "$there"
		# half a second for each
		many 5 127.0.1. $v4
		patience 20
		meets 'five refuse, one does not' 0 "$there"
	fi
}
addresses() {
	[ -n "$v6" ] || {
		skip 'IPv6' 'none here'
		return
	}
	zone "AAAA 2001:db8:8::2" "A $v4"
	meets 'IPv6 a black hole' 0 "$there"
	torture || return 0
	zone "AAAA $v6"
	meets 'IPv6 alone' 0 "$there"
	zone "AAAA 2001:db8:9::2" "A $v4"
	meets 'IPv6 refused' 0 "$there"
	zone "AAAA 2001:db8:77::1" "A $v4"
	meets 'IPv6 without a route' 0 "$there"
	zone 'AAAA 2001:db8:8::2'
	meets 'IPv6 alone, a hole' 69 "$there"
}

# --- packets are lost ---
# lose RULE...: packets of which this is true get nowhere
lose() {
	nft add table inet lossy
	lossy=yes
	nft add chain inet lossy in '{ type filter hook input priority 0; }'
	for way in saddr daddr; do
		nft add rule inet lossy in ip $way $v4 "$@" drop
	done
}
lost() {
	torture || return 0
	if ! lose meta length '> 600' 2>err; then
		lossy=no
		skip 'packets are lost' 'no nft, or not allowed here'
		return
	fi
	meets 'big packets vanish' 69 "$there"
	for n in 1 2 3; do
		lose numgen random mod 100 '< 15'
		patience 20
		meets "loss of 30 %: $n" '0 69' "$there"
	done
}

# --- it goes away in the middle of a run, and comes back ---
# between EVENT LEAD MODE: from that hook on, until the network is whole
between() {
	hook "$1" <<-X
	printf '%s\n' '$3' >'$T/line/$2.mode'
	X
}
# goes PHASE HOOK LEAD ISSUED HOW: the network goes away at that hook; until it is
# back, so many certificates are issued
goes() {
	fault="$1: $5"
	where=etc/hooks/$2 more=$4
	before=$(pair) count=$(issued)
	between "$2" "$3" "$5"
	# the other way to a token, or to a proof, is cut, too
	mode mqtt cut client 0 reset
	ask run
	judge run 69 "$there" 40
	same "$fault: the pair is as it was" "$before" "$(pair)"
	same "$fault: issued: $more" $((count + more)) "$(issued)"
	kept=0
	[ "$1" != verify ] || kept=1
	same "$fault: the candidate is kept, if there is one" $kept \
		"$(find "$device" -name '*.new' | wc -l)"
	rm "$where"
	whole
	exits 0 cycle run --force
	# an answer that was lost is asked for once more
	[ "$1" = answer ] || more=0
	same "$fault: then once" $((count + more + 1)) "$(issued)"
	exits 1 test -e "$cert.new"
}
middle() {
	for how in 'cut client 0 reset' 'cut client 0 silence' \
		'cut server 200 fin'; do
		torture || [ "$how" = 'cut client 0 reset' ] || continue
		! torture || goes token pre-renew.d/50-cut mtls 0 "$how"
		goes issue pre-renew.d/50-cut https 0 "$how"
		goes verify verify.d/15-cut mtls 1 "$how"
	done
	goes answer pre-renew.d/50-cut https 1 'cut server 1500 fin'
}
# who waits for the first certificate outlasts it
outlast() {
	rm -rf second
	sandbox register dev2 otp2 >/dev/null
	line cut client 0 reset
	CERTCYCLE_PROFILE=second cycle enroll --max-timeout=2m \
		--retry-every=1s >out 2>waits &
	waits=$!
	until_true grep -q "$tenant" waits
	whole
	exits 0 wait $waits
	exits 0 test -s second/dev2.pem
}

breaks
slow
others
proxies
middle
outlast
sweeps
if [ "$network_inside" = yes ]; then
	names
	addresses
	lost
else
	skip 'names, addresses and routes' \
		'no network of its own is allowed here'
fi
{
	printf '%-22s %-6s %3s %5s  %s\n' fault who exit time 'what is said last'
	cat table
} >whole.table
publish network.txt whole.table
done_testing
