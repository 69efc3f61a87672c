#if HAVE_CONFIG_H
# include "config.h"
#endif

#include <libtasn1.h>

const asn1_static_node asn_table[] = {
  { "ASN", 536875024, NULL },
  { NULL, 1073741836, NULL },
  { "CertificateList", 1610612741, NULL },
  { "tbsCertList", 1073741826, "TBSCertList"},
  { "signatureAlgorithm", 1073741837, NULL },
  { "signature", 6, NULL },
  { "TBSCertList", 1610612741, NULL },
  { "version", 1073758211, NULL },
  { "signature", 1073741826, "AlgorithmIdentifier"},
  { "issuer", 1073741826, "Name"},
  { "thisUpdate", 1073741826, "Time"},
  { "nextUpdate", 1073758210, "Time"},
  { "revokedCertificates", 1610629131, NULL },
  { NULL, 13, NULL },
  { "crlExtensions", 536895501, NULL },
  { NULL, 2056, "0"},
  { "AlgorithmIdentifier", 1610612741, NULL },
  { "algorithm", 1073741836, NULL },
  { "parameters", 16397, NULL },
  { "Name", 1610612747, NULL },
  { NULL, 13, NULL },
  { "Time", 1610612754, NULL },
  { "utcTime", 1073741860, NULL },
  { "generalTime", 37, NULL },
  { "RevokedCertificate", 1610612741, NULL },
  { "userCertificate", 1073741827, NULL },
  { "revocationDate", 1073741826, "Time"},
  { "crlEntryExtensions", 536887307, NULL },
  { NULL, 2, "Extension"},
  { "Extension", 536870917, NULL },
  { "extnID", 1073741836, NULL },
  { "critical", 1610645508, NULL },
  { NULL, 131081, NULL },
  { "extnValue", 7, NULL },
  { NULL, 0, NULL }
};
