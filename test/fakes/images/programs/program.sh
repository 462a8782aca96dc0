#!/bin/busybox sh
# Stands in for the programs of public images, under their names. It says with what it was started
# and what it was given, and then does what is seen of the real one from outside: it prints, or it
# answers on the same port (answer.sh). It computes nothing and needs neither a card nor a model.
name=${0##*/}

# value_of --port 8000 "$@": what stands behind the option, else the second argument.
value_of() {
  option=$1 value=$2
  shift 2
  while [ $# -gt 0 ]; do
    case $1 in
      "$option") value=$2 ;;
      "$option"=*) value=${1#*=} ;;
    esac
    shift
  done
  echo "$value"
}

tell() {
  echo "$name: $*"
  for card in /dev/nvidia[0-9]*; do
    if [ -e "$card" ]; then echo "card: $card"; fi
  done
  while read -r _ place _ options _; do
    case $place in
      / | /etc/* | /dev | /dev/* | /proc | /proc/* | /sys | /sys/* | /sbin/*) ;;
      *) echo "mounted: $place ${options%%,*} $(find "$place" -type f | wc -l)" ;;
    esac
  done </proc/mounts
}

serve() {
  echo 'loading'
  busybox sleep 0.3
  echo "answers on port $1"
  export SERVICE="$name"
  exec busybox nc -ll -p "$1" -e /programs/answer
}

tell "$@"
case $name in
  nginx) serve 80 ;;
  cog | openai-chat-ui) serve "${PORT:-5000}" ;;
  npm | tts) serve 3000 ;;
  open-webui | llama) serve 8080 ;;
  comfyui) serve 8188 ;;
  janus)
    echo 'cache' >/Janus/models/models--deepseek-ai--Janus-Pro-1B/cache && echo 'wrote a file'
    serve 7860
    ;;
  ollama) serve 11434 ;;
  vllm)
    MODEL=$(value_of --served-model-name "$(value_of --model '' "$@")" "$@")
    export MODEL
    serve "$(value_of --port 8000 "$@")"
    ;;
  tgi) serve "$(value_of --port 80 "$@")" ;;
  jupyter) serve "$(value_of --port 8888 "$@")" ;;
  lmdeploy) serve "$(value_of --server-port 23333 "$@")" ;;
  llamafactory-cli) serve 7860 ;;
  invokeai-web) serve 9090 ;;
  openclaw) serve 18789 ;;
  folding)
    echo 'folds until it is stopped'
    exec busybox sleep 1000
    ;;
  python)
    case $* in
      *launch.py*) serve "$(value_of --port 7860 "$@")" ;;
      *whisper*) echo 'Hello, and welcome.' ;;
    esac
    ;;
  tinyllama) echo 'There once was a hawk called Vicky, and she flew.' ;;
  cuda_check) echo '{"devices":[{"index":0,"name":"Stand-in"}]}' ;;
  nvidia-smi) ls /dev/nvidia[0-9]* | sed 's/^/GPU /' ;;
  curl) echo '{"country":"DE"}' ;;
  jq) echo 'DE' ;;
  speedtest-cli) echo 'Download: 90 Mbit/s' ;;
esac
