# Completion of rondo's command line by bash: verbs and options from --help, names from `rondo list`.
_rondo() {
    local program=$1 current=$2 previous=$3 verb=${COMP_WORDS[1]} words=""
    if [ "$COMP_CWORD" -eq 1 ]; then
        words="--help --version $("$program" --help 2>/dev/null | sed -n 's/^  \([a-z][a-z]*\) .*/\1/p')"
    elif [[ $current == -* ]]; then
        words=$("$program" "$verb" --help 2>/dev/null | sed -n 's/^  \(--[a-z-]*\).*/\1/p')
    elif [ "$previous" = --split ]; then
        words="train valid test"
    elif [[ $previous == --plugins || $previous == --data || $previous == --output ]]; then
        mapfile -t COMPREPLY < <(compgen -d -- "$current")
        return
    elif [[ $verb == describe || $verb == list ]] && [ "$COMP_CWORD" -eq 2 ]; then
        words="sweep $("$program" list 2>/dev/null | awk '{ print $1 }' | sort -u)"
    elif [ "$verb" = describe ] && [ "$COMP_CWORD" -eq 3 ]; then
        words=$("$program" list 2>/dev/null | awk -v kind="$previous" '$1 == kind { print $2 }')
    fi
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}
# Where nothing is found, files.
complete -o default -F _rondo rondo
