#pragma once
#include <stdint.h>
#include <stdio.h>
#include <rfb/rfbclient.h>
