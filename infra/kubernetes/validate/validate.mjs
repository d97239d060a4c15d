// Renders every overlay and checks each object against its schema. Exits with 1 if anything is wrong with any.
//
// The schemas come as packages, generated from the projects' own API definitions: as validators (required fields, types,
// formats, patterns, enumerations) and as TypeScript types. The types are what tells of fields that there are none
// of: the compiler refuses an object literal that has more than its type.
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { parseAllDocuments } from 'yaml';

const here = dirname(fileURLToPath(import.meta.url));
const overlays = join(here, '../overlays');
const packages = {
  'kafka.strimzi.io': '@kubernetes-models/strimzi-kafka-operator',
  'keda.sh': '@kubernetes-models/keda',
  'monitoring.coreos.com': '@kubernetes-models/prometheus-operator',
};
const problems = [];

function problem(where, what) {
  problems.push(`${where}: ${what}`);
}

function render(overlay) {
  const folder = join(overlays, overlay);
  try {
    return execFileSync('kubectl', ['kustomize', folder], { encoding: 'utf8' });
  } catch (error) {
    if (error.code !== 'ENOENT') {
      throw error;
    }
    return execFileSync('kustomize', ['build', folder], { encoding: 'utf8' });
  }
}

function objects(overlay) {
  return parseAllDocuments(render(overlay)).map((document) => {
    if (document.errors.length > 0) {
      throw document.errors[0];
    }
    const object = document.toJS();
    return { where: `${overlay}: ${object.kind} ${object.metadata?.name}`, object };
  });
}

/** The module that has the object's model. */
function moduleOf({ apiVersion, kind }) {
  const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
  return `${packages[group] ?? 'kubernetes-models'}/${apiVersion}/${kind}`;
}

async function checkValues({ where, object }) {
  try {
    const model = await import(moduleOf(object));
    new model[object.kind](object).validate();
  } catch (error) {
    problem(where, error.message);
  }
}

/** Has the compiler compare all objects, each as a literal, with their types. */
function checkFields(all) {
  const file = join(here, 'objects.ts');
  const lines = all.map(
    ({ object }, i) =>
      `import type { I${object.kind} as T${i} } from ${JSON.stringify(moduleOf(object))}; ` +
      `export const o${i}: T${i} = ${JSON.stringify(object)};`,
  );
  const options = {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (name) => name === file || fileExists(name);
  host.getSourceFile = (name, ...rest) =>
    name === file ? ts.createSourceFile(name, lines.join('\n'), rest[0]) : getSourceFile(name, ...rest);
  const program = ts.createProgram([file], options, host);
  for (const { file: source, start, messageText } of ts.getPreEmitDiagnostics(program)) {
    const text = ts.flattenDiagnosticMessageText(messageText, '\n  ');
    if (source?.fileName === file) {
      problem(all[source.getLineAndCharacterOfPosition(start).line].where, text);
    } else {
      problem('types', text);
    }
  }
}

const rendered = readdirSync(overlays).sort().map((overlay) => [overlay, objects(overlay)]);
const all = rendered.flatMap(([, found]) => found);
for (const found of all) {
  await checkValues(found);
}
checkFields(all);

const counts = rendered.map(([overlay, found]) => `${overlay} ${found.length} objects`).join(', ');
console.log(`${counts}: ${problems.length} problems`);
for (const text of problems) {
  console.error(text);
}
process.exitCode = problems.length === 0 && all.length > 0 ? 0 : 1;
