/**
 * The scripts that make a shell complete `ring`: each calls `ring __complete` on Tab, so that the candidates match the
 * installed version and the server. position.ts determines the candidates.
 */

/** The shells that have a script. */
export const shells = ['bash', 'zsh', 'fish'] as const;
/** One of {@link shells}. */
export type Shell = (typeof shells)[number];

/** The candidate that represents file paths, which the shell completes itself. */
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
