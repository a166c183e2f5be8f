/* The version of both programs; goes into every transfer. */
#ifndef VERSION_H
#define VERSION_H

#define GAPSEAL_VERSION "0.1.0"

#endif
