#!/bin/sh
# Before the package goes: whatever its helper changed of a card is put back (build/power).
pkill -TERM -x offpeak-power || true
