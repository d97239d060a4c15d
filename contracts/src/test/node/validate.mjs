// Reads the contracts with tools that are not Java's. Exits with 1 if they find anything wrong.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import asyncapi from '@asyncapi/parser';
import Ajv from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const contracts = join(
  dirname(fileURLToPath(import.meta.url)),
  '../../main/resources/dev/tidemark/contracts',
);
const problems = [];

function problem(where, what) {
  problems.push(`${where}: ${what}`);
}

function files(folder, ending) {
  return readdirSync(join(contracts, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function json(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

// Schemas

function ajv(options) {
  const instance = new Ajv.default({ allErrors: true, ...options });
  addFormats.default(instance);
  return instance;
}

// A text that may be null is a union, which strict mode has a rule of its own for.
const strict = ajv({ strict: true, allowUnionTypes: true });
const schemas = new Map();
for (const file of files('schemas', '.schema.json')) {
  const type = basename(file, '.schema.json');
  try {
    schemas.set(type, strict.compile(json(file)));
  } catch (error) {
    problem(type, error.message);
  }
}

// AsyncAPI

const severities = ['error', 'warning', 'information', 'hint'];
const { document, diagnostics } = await asyncapi
  .fromFile(new asyncapi.Parser(), join(contracts, 'asyncapi.yaml'))
  .parse();
for (const { severity, path, message } of diagnostics) {
  const text = `${severities[severity]} at ${path.join('.')}: ${message}`;
  console.log(`asyncapi.yaml: ${text}`);
  if (severity === 0) {
    problem('asyncapi.yaml', text);
  }
}
const messages = new Map();
for (const message of document?.allMessages().all() ?? []) {
  // One instance each, since the parser repeats a schema, and its $id, wherever something refers to it.
  messages.set(message.name(), {
    headers: ajv({ strict: false }).compile(message.headers().json()),
    payload: ajv({ strict: false }).compile(message.payload().json()),
  });
}

// Examples

class Example {
  constructor(file) {
    this.name = relative(join(contracts, 'examples'), file).replace(/\.json$/, '');
    Object.assign(this, json(file));
    const list = Array.isArray(this.headers)
      ? this.headers.map(({ name, text, base64 }) => [name, text ?? base64])
      : Object.entries(this.headers);
    this.headerValues = Object.fromEntries(list);
  }

  get structured() {
    return /^application\/cloudevents\+json\b/i.test(this.headerValues['content-type'] ?? '');
  }

  /** The value as JSON, or undefined where it is none. */
  get json() {
    try {
      if (this.valueBase64 !== undefined) {
        const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
        return JSON.parse(decoder.decode(Buffer.from(this.valueBase64, 'base64')));
      }
      return this.valueText !== undefined ? JSON.parse(this.valueText) : (this.value ?? undefined);
    } catch {
      return undefined;
    }
  }

  /** The CloudEvent's data as JSON, or undefined where it is none. */
  get data() {
    if (!this.structured) {
      return this.json;
    }
    if (typeof this.json?.data_base64 === 'string') {
      try {
        return JSON.parse(Buffer.from(this.json.data_base64, 'base64').toString('utf8'));
      } catch {
        return undefined;
      }
    }
    return this.json?.data;
  }

  get type() {
    return this.structured ? this.json?.type : this.headerValues.ce_type;
  }
}

function examples(kind) {
  const found = files(join('examples', kind), '.json').map((file) => new Example(file));
  if (found.length === 0) {
    problem(kind, 'there are no examples');
  }
  return found;
}

function expectValid(example, what, validate, value) {
  if (validate === undefined) {
    problem(example.name, `nothing is known of its ${what}`);
  } else if (!validate(value)) {
    problem(example.name, `${what} ${strict.errorsText(validate.errors, { dataVar: '' })}`);
  }
}

const valid = examples('valid');
for (const example of valid) {
  expectValid(example, 'data', schemas.get(example.type), example.data);
  const message = messages.get(
    example.structured ? `structured-${example.topic.split('.')[0]}-command` : example.type,
  );
  expectValid(example, 'headers', message?.headers, example.headerValues);
  expectValid(example, 'payload', message?.payload, example.json);
}

const invalid = examples('invalid');
for (const example of invalid) {
  const schema = schemas.get(example.type);
  const refused = schema !== undefined && example.data !== undefined && !schema(example.data);
  if (refused !== example.schemaRefuses) {
    problem(example.name, `the schema ${refused ? 'refuses' : 'accepts'} its data`);
  }
}

const published = examples('published');
for (const example of published) {
  const deadLetter = example.topic.endsWith('-dlt');
  const message = messages.get(deadLetter ? 'dead-letter' : example.type);
  expectValid(example, 'headers', message?.headers, example.headerValues);
  if (!deadLetter) {
    expectValid(example, 'payload', message?.payload, example.json ?? null);
  }
}

console.log(
  `${schemas.size} schemas, ${messages.size} messages, ${valid.length} valid, ${invalid.length} invalid and ` +
    `${published.length} published examples: ${problems.length} problems`,
);
for (const text of problems) {
  console.error(text);
}
process.exitCode = problems.length === 0 ? 0 : 1;
