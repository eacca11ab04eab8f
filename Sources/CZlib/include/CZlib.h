// The four functions of zlib that urrbench calls, declared here so that zlib's own headers (a
// separate development package) are not needed: the library itself is part of every Debian and
// Ubuntu system. The prototypes are zlib's stable C interface, version 1.2 and later.
#pragma once

unsigned long compressBound(unsigned long sourceLength);
int compress2(unsigned char *destination, unsigned long *destinationLength,
              const unsigned char *source, unsigned long sourceLength, int level);
int uncompress(unsigned char *destination, unsigned long *destinationLength,
               const unsigned char *source, unsigned long sourceLength);
unsigned long crc32(unsigned long crc, const unsigned char *buffer, unsigned int length);
