dnl SPDX-License-Identifier: Apache-2.0
dnl CERTCYCLE_LINK_ORDER: names libraries in GNUTLS_LIBS and CURL_LIBS in an order in
dnl which programs start faster.
dnl
dnl The dynamic linker looks a symbol up in the libraries in the order in which
dnl they are named, those that others bring along last of all. Nettle and, where
dnl libcurl brings it, libcrypto ask for thousands of symbols, most of them their
dnl own: named first, they save a helper a tenth of its start; make bench shows it.
AC_DEFUN([CERTCYCLE_LINK_ORDER], [
NAME_FIRST='-Wl,--push-state,--no-as-needed'
AC_MSG_CHECKING([which libraries to name with GnuTLS])
saved_LIBS=$LIBS
named=
for lib in nettle gnutls :libunistring.so.5 :libunistring.so.2 c hogweed gmp; do
	AS_CASE([$lib-$named], [:libunistring*unistring*], [continue])
	LIBS="$GNUTLS_LIBS -l$lib"
	AC_LINK_IFELSE([AC_LANG_PROGRAM], [named="$named -l$lib"])
done
LIBS=$saved_LIBS
AC_MSG_RESULT([$named])
GNUTLS_LIBS="$NAME_FIRST$named -Wl,--pop-state $GNUTLS_LIBS"
AC_MSG_CHECKING([whether libcurl brings libcrypto])
saved_LIBS=$LIBS
LIBS="-Wl,--copy-dt-needed-entries,--no-as-needed $CURL_LIBS"
AC_LINK_IFELSE([AC_LANG_CALL([], [OPENSSL_init_crypto])], [curl_crypto=yes], [curl_crypto=no])
LIBS=$saved_LIBS
AC_MSG_RESULT([$curl_crypto])
AS_IF([test $curl_crypto = yes], [AC_CHECK_LIB([crypto], [OPENSSL_init_crypto],
	[CURL_LIBS="$NAME_FIRST -lc -lcrypto -Wl,--pop-state $CURL_LIBS"])])
])
