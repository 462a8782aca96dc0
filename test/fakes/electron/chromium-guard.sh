#!/bin/sh
# chromium-guard.sh PROFILE BROWSER FLAGS...: runs the browser until standard input ends.
# Whoever started the guard holds that pipe, so the browser is ended and its profile removed
# even when the starter is killed with -9. Descriptors 3 and 4 are the browser's DevTools pipe.
profile=$1
shift
TMPDIR=$profile # Chromium leaves its singleton socket in the temporary folder when it is killed
export TMPDIR
setsid "$@" </dev/null &
browser=$!
exec 3<&- 4>&-
cat >/dev/null
kill -KILL "-$browser" 2>/dev/null || kill -KILL "$browser" 2>/dev/null
wait
# A helper process may write a last file while the folder is being emptied.
for _ in 1 2 3 4 5 6 7 8 9 10; do
  rm -rf "$profile" 2>/dev/null
  sleep 0.1
  [ -e "$profile" ] || exit 0
done
