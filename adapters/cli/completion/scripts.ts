/**
 * What makes a shell complete `ring`: a few lines that ask `ring __complete` at each Tab, so that what is offered is what
 * this version and this server have.
 */

/** Shells that there is a script for. */
export const shells = ['bash', 'zsh', 'fish'] as const;
/** One of {@link shells}. */
export type Shell = (typeof shells)[number];

/** Stands for the paths of files, which a shell knows best itself. */
export const filesWord = ':files';

const bash = `# bash completion for ring
_ring() {
  local line IFS=$'\\n'
  COMPREPLY=()
  for line in $(ring __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null); do
    if [ "$line" = "${filesWord}" ]; then
      compopt -o default 2>/dev/null
      COMPREPLY=()
      return
    fi
    COMPREPLY+=("\${line%%$'\\t'*}")
  done
}
complete -F _ring ring
`;

const zsh = `#compdef ring
# zsh completion for ring
_ring() {
  local line
  local -a found
  for line in "\${(@f)$(ring __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    [[ -z "$line" ]] && continue
    if [[ "$line" == "${filesWord}" ]]; then
      _files
      return
    fi
    found+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done
  _describe 'ring' found
}
if [[ "\${funcstack[1]}" == "_ring" ]]; then
  _ring "$@"
else
  compdef _ring ring
fi
`;

const fish = `# fish completion for ring
function __ring_complete
  set -l before (commandline -opc)
  set -l found (ring __complete -- $before[2..-1] (commandline -ct) 2>/dev/null)
  if test "$found[1]" = "${filesWord}"
    __fish_complete_path (commandline -ct)
  else
    printf '%s\\n' $found
  end
end
complete -c ring -f -a '(__ring_complete)'
`;

/** The script of each shell. */
export const scripts: Readonly<Record<Shell, string>> = { bash, zsh, fish };
