#!/bin/sh
# Tries the plugin (its path is given) in the host: what it offers, whether it keeps what the interface
# asks for, and a short training run.
set -eu
host=${ICL_HOST:-icl-host}
"$host" describe "$1"
"$host" validate "$1"
"$host" run --model linear-attention --task ridge --metric "$1" --steps 50 --batch 64
