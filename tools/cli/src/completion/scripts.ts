/** A completion script per shell. Each holds the words itself: a Tab does not start the program. Pure. */
import type { Words } from './words.ts';

export const shells = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof shells)[number];

export const isShell = (name: string): name is Shell => shells.some((shell) => shell === name);

/** A word that begins with `-` gets options, any other the next command: as `case` branches of bash and zsh. */
const branches = (words: readonly Words[]): string =>
  words
    .map(
      ({ path, commands, options }) =>
        `    '${path}') commands='${commands.join(' ')}' options='${options.join(' ')}' ;;`,
    )
    .join('\n');

const paths = (words: readonly Words[]): string => words.map(({ path }) => `'${path}'`).join('|');

const bash = (words: readonly Words[]): string => `# bash completion for lethe: source <(lethe completion bash)
_lethe() {
  local current="\${COMP_WORDS[COMP_CWORD]}" path='' next commands='' options='' index
  for ((index = 1; index < COMP_CWORD; index++)); do
    next="\${path:+$path }\${COMP_WORDS[index]}"
    case "$next" in
      ${paths(words.filter(({ path }) => path !== ''))}) path="$next" ;;
    esac
  done
  case "$path" in
${branches(words)}
  esac
  if [[ "$current" == -* ]]; then COMPREPLY=($(compgen -W "$options" -- "$current"));
  else COMPREPLY=($(compgen -W "$commands" -- "$current")); fi
}
complete -o default -F _lethe lethe
`;

const zsh = (words: readonly Words[]): string => `#compdef lethe
# zsh completion for lethe: source <(lethe completion zsh)
_lethe() {
  local current="$words[CURRENT]" route='' next commands='' options='' index
  for ((index = 2; index < CURRENT; index++)); do
    next="\${route:+$route }$words[index]"
    case "$next" in
      ${paths(words.filter(({ path }) => path !== ''))}) route="$next" ;;
    esac
  done
  case "$route" in
${branches(words)}
  esac
  if [[ "$current" == -* ]]; then compadd -- \${=options}; else compadd -- \${=commands}; fi
}
compdef _lethe lethe
`;

const fish = (words: readonly Words[]): string => {
  const lines = words.flatMap(({ path, commands, options }) => [
    ...(commands.length === 0 ? [] : [`complete -c lethe -f -n "__lethe_at '${path}'" -a '${commands.join(' ')}'`]),
    ...options.map((option) => `complete -c lethe -n "__lethe_at '${path}'" -l ${option.slice('--'.length)}`),
  ]);
  return `# fish completion for lethe: lethe completion fish | source
function __lethe_at
  set -l route
  for word in (commandline -opc)[2..]
    set -l next (string join ' ' $route $word)
    if contains -- $next ${words.map(({ path }) => `'${path}'`).join(' ')}
      set route $next
    end
  end
  test "$route" = "$argv[1]"
end
${lines.join('\n')}
`;
};

export const scripts: Readonly<Record<Shell, (words: readonly Words[]) => string>> = { bash, zsh, fish };
