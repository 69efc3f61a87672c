dnl SPDX-License-Identifier: Apache-2.0
dnl CERTCYCLE_SCHEDULER(NAME, DIR, FOUND, WHAT): --with-NAME[=DIR] says where WHAT
dnl is put; without it the shell command FOUND says whether it is.
AC_DEFUN([CERTCYCLE_SCHEDULER], [
AC_ARG_WITH([$1], [AS_HELP_STRING([--with-$1@<:@=DIR@:>@], [install $4])], [],
	[AS_IF([$3], [with_$1=yes], [with_$1=no])])
AS_CASE([$with_$1], [yes], [$1=$2], [no], [$1=], [$1=$with_$1])
AC_SUBST([$1])
AM_CONDITIONAL([WITH_$1], [test -n "$$1"])
AS_IF([test -n "$$1"], [schedulers="$schedulers $1"])
])

dnl CERTCYCLE_SCHEDULERS: who shall call certcycle. Found are those whose files do
dnl nothing until they are enabled, on the machine that this is built on: a line
dnl for cron works at once, and init.d has room for one file of a name.
AC_DEFUN([CERTCYCLE_SCHEDULERS], [
schedulers=
native="test $cross_compiling = no"
units='${prefix}/lib/systemd/system'
AS_IF([test "$prefix" = /usr && $PKG_CONFIG --exists systemd],
	[units=$($PKG_CONFIG --variable=systemdsystemunitdir systemd)])
CERTCYCLE_SCHEDULER([systemdsystemunitdir], [$units],
	[$PKG_CONFIG --exists systemd], [units of systemd])
AM_CONDITIONAL([OLD_SYSTEMD], [$PKG_CONFIG --exists 'systemd < 243'])
CERTCYCLE_SCHEDULER([crondir], ['$(sysconfdir)/cron.d'], [false],
	[a line for cron])
CERTCYCLE_SCHEDULER([periodicdir], ['$(sysconfdir)/periodic/hourly'], [false],
	[a script for those that run each hour])
CERTCYCLE_SCHEDULER([openrc], ['$(sysconfdir)/init.d'],
	[$native && test -x /sbin/openrc-run], [a service of OpenRC])
CERTCYCLE_SCHEDULER([sysvinit], ['$(sysconfdir)/init.d'], [false],
	[an init script])
CERTCYCLE_SCHEDULER([runit], ['$(sysconfdir)/sv'],
	[$native && test -d /etc/sv], [a service of runit])
CERTCYCLE_SCHEDULER([procd], ['$(sysconfdir)/init.d'],
	[$native && test -x /sbin/procd], [a service of procd])
])
