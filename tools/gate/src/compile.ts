import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';

export interface CompileError {
  /** From 1. */
  readonly line: number;
  /** `TS2345` */
  readonly code: string;
  readonly message: string;
}

const projectOf = (file: string): string => {
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    const config = join(folder, 'tsconfig.json');
    if (existsSync(config)) return config;
  }
  throw new Error(`${file} is in no TypeScript project`);
};

/** What tsc would say of `file` if `text` stood in it, with the options of the project that it is in. */
export const compileErrors = (file: string, text: string): readonly CompileError[] => {
  const config = projectOf(file);
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(config, (path) => ts.sys.readFile(path)).config,
    ts.sys,
    dirname(config),
  );
  const alone: ts.CompilerOptions = { ...options, composite: false, incremental: false, noEmit: true };
  // A text at a path of its own is not built: no references are needed, sources are read through @lethe/source.
  delete alone.tsBuildInfoFile;
  const host = ts.createCompilerHost(alone);
  const readFile = host.readFile.bind(host);
  const fileExists = host.fileExists.bind(host);
  host.readFile = (path) => (path === file ? text : readFile(path));
  host.fileExists = (path) => path === file || fileExists(path);
  const program = ts.createProgram([file], alone, host);
  const source = program.getSourceFile(file);
  if (source === undefined) throw new Error(`${file} was not read`);
  return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map((found) => ({
    line: source.getLineAndCharacterOfPosition(found.start ?? 0).line + 1,
    code: `TS${String(found.code)}`,
    message: ts.flattenDiagnosticMessageText(found.messageText, '\n'),
  }));
};
