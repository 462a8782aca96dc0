#!/bin/busybox sh
# Answers one HTTP request on a socket, as the service in $SERVICE does: what it does not know is
# not found, so that a health check at the wrong place, or with the wrong method, never passes.
cr=$(printf '\r')
read -r method path _
length=0 key=''
while read -r line && line=${line%"$cr"} && [ -n "$line" ]; do
  case $line in
    [Cc]ontent-[Ll]ength:*) length=${line#*: } ;;
    [Ss]ec-[Ww]eb[Ss]ocket-[Kk]ey:*) key=${line#*: } ;;
  esac
done
body=$(head -c "$length")

reply() {
  printf 'HTTP/1.1 %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s' "$1" "${#2}" "$2"
}

# RFC 6455: the answer to the key, then one text message; the reader hangs up.
greet() {
  accept=$(printf '%s258EAFA5-E914-47DA-95CA-C5AB0DC85B11' "$key" | sha1sum | cut -c1-40 |
    xxd -r -p | base64)
  printf 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n'
  printf 'Sec-WebSocket-Accept: %s\r\n\r\n' "$accept"
  printf '\201\005ready'
  cat >/dev/null
}

if [ -n "$key" ]; then
  greet
  exit
fi
case "$SERVICE $method $path" in
  'vllm POST /v1/chat/completions')
    case $body in
      *"\"model\":\"$MODEL\""*) reply '200 OK' '{"choices":[{"message":{"content":"Ready"}}]}' ;;
      *) reply '404 Not Found' '{"message":"The model does not exist."}' ;;
    esac
    ;;
  'vllm GET /v1/models' | 'lmdeploy GET /v1/models') reply '200 OK' "{\"data\":[{\"id\":\"$MODEL\"}]}" ;;
  'vllm GET /' | 'lmdeploy GET /') reply '404 Not Found' '{"detail":"Not Found"}' ;;
  'ollama GET /api/tags') reply '200 OK' '{"models":[]}' ;;
  'ollama GET /') reply '200 OK' 'Ollama is running' ;;
  *' GET /') reply '200 OK' "This is $SERVICE." ;;
  *) reply '404 Not Found' 'There is no such page.' ;;
esac
