#include "published_keys.h"

#include <stddef.h>
#include <string.h>

static const char *const published[] = {
    /* SP 800-38A section F.1.5, AES-256 */
    "b93c72b74bc8487d29827005f80d635918f91bc22b14d7ed05714d58f96702dd",
    /* RFC 7515 appendix A.1, HMAC */
    "c8ecc9361a05e285f04c26f9572131a6deab07e9e2b865053c6f75a4d8bd2b32",
    /* RFC 7520 section 3.5, HMAC */
    "73ec74458059c70cae3f0ade8663fe0da1dc4b114ed8cdac75364140b4458a4c",
    /* RFC 6979 section A.2.5, P-256 */
    "b70385660302dca892f74cdb6d75f73fd85e7564306616e1910970462f7110f0",
    /* RFC 6979 section A.2.6, P-384 */
    "37e9ac2b6d795ba472b67cc28423e16ecbf47290de5212815fa2323a3db6885c",
    /* RFC 6979 section A.2.7, P-521 */
    "aa0e0eb9b302fde2bde2f8302c0f6a52dcaca87fc7387a1cef77ba435f95c301",
    /* RFC 7515 appendix A.3, P-256 */
    "cfcef6cfb631f2a350b70a6ab72b20696f65f854aa3649a26b4cc1d2b0f5ce76",
    /* RFC 8032 section 7.1, Ed25519 (1) */
    "644d50ab64864c20a12b3c4656d46b4a48f69ef7c47ecdc8415cd28316b22ef5",
    /* RFC 8032 section 7.1, Ed25519 (2) */
    "3d2d9682cdba529682a152f678e25c6c29847bf2588ca4e1b3023c1579f9958d",
    /* RFC 8032 section 7.1, Ed25519 (3) */
    "d8eca0cca720d33bf6d9a3e8057053ff6a4d19a62a9874fa7f7004ea662fb2f9",
    /* RFC 8032 section 7.1, Ed25519 (4) */
    "28024a74943422cca068bb8189df16977c0cd8b322fcdf9c782f59ab6c0aa7e9",
    /* RFC 8032 section 7.1, Ed25519 (5) */
    "918a483206abfc9207f58443b4403c208a687265175377ea43db32a0def92492",
    /* C2SP/wycheproof, rsa_oaep_2048_sha1_mgf1sha1 */
    "08ed3e1dd089fd4bb13457ed6b8c1b315df43e1732b527f7d2ec05b9bb397468",
    /* C2SP/wycheproof, rsa_oaep_2048_sha256_mgf1sha256 */
    "a8696928b5b69c9e63f7d52da8d1f50f1d3db3098bcf17263265902aefe62df2",
    /* C2SP/wycheproof, rsa_oaep_3072_sha256_mgf1sha256 */
    "12fe8c33a7e1363d8500279cd0f3a792a5854aa7edf7ddc31e90b4f0616cd969",
    /* C2SP/wycheproof, rsa_oaep_4096_sha256_mgf1sha256 */
    "22c4cbb417a19509358f5585742a37526f1d0b69e5afd1bb9f75e51de72836b1",
};

bool
is_published(const uint8_t digest[static SHA256_LEN])
{
	char hex[HEX_LEN(SHA256_LEN)];

	hex_encode(digest, SHA256_LEN, hex);
	for (size_t i = 0; i < sizeof(published) / sizeof(published[0]); i++)
		if (strcmp(published[i], hex) == 0)
			return true;
	return false;
}
