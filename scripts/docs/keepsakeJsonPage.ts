import { rulePage } from '../../server/src/findings/manual.ts';
import type { JsonSchema } from '../../server/src/workspace/jsonSchema.ts';
import { KEEPSAKE_JSON_CODE } from '../../server/src/workspace/configs.ts';
import { keepsakeSchema } from '../../server/src/workspace/keepsakeSchema.ts';

/** The manual's page of `keepsake.json`; what its parts mean is the schema's text. */
export function keepsakeJsonPage(): string {
  const { properties = {} } = keepsakeSchema();
  return `# keepsake.json

What a team shares about its machines stands in \`keepsake.json\` at the root of the workspace, beside \`flake.nix\`. The editor and the command line read it
alike; VS Code completes it. Comments and trailing commas are welcome.

\`\`\`jsonc
{
  "hosts": {
    "web": { "ssh": "root@web.example.org", "ignore": ["/var/cache/**"] }
  },
  // may be lost on every machine
  "ignore": ["/srv/scratch/**", "~/.cache/**"],
  "severities": { "many-mounts": "off", "loose-secret-mode": "error" },
  "silence": [
    { "code": "missing-service-state", "host": "web", "path": "/var/lib/grafana", "reason": "dashboards are provisioned" }
  ],
  "state": [
    {
      "id": "our-app",
      "title": "Our application",
      "options": ["services.our-app.enable"],
      "paths": [{ "path": "/var/lib/our-app", "kind": "directory", "user": "our-app", "mode": "0750" }],
      "severity": "data",
      "scope": "system",
      "loss": "Orders of the day are gone.",
      "source": "modules/our-app.nix",
      "verified": true
    }
  ]
}
\`\`\`

| key | what it is |
|---|---|
${Object.entries(properties)
  .map(([name, { description = '' }]) => `| \`${name}\` | ${description} |`)
  .join('\n')}

${fields('A host', properties['hosts']?.additionalProperties)}

${fields('An element of `silence`', properties['silence']?.items)}

The form of \`state\` and \`ephemeral\` is that of the [catalogue](catalogue.md). What is wrong in the file is told in it ([keepsake-json](rules/keepsake-json.md)); what
can be understood is used, and while the text is no JSON at all, what it said before.
`;
}

function fields(title: string, schema: boolean | JsonSchema | undefined): string {
  const properties = typeof schema === 'object' ? (schema.properties ?? {}) : {};
  const rows = Object.entries(properties).map(([name, { description = '' }]) => `| \`${name}\` | ${description} |`);
  return `${title}:\n\n| key | what it is |\n|---|---|\n${rows.join('\n')}`;
}

/** The page of what is wrong with a `keepsake.json`, in the form of a rule's. */
export function keepsakeJsonRulePage(): string {
  return rulePage({
    code: KEEPSAKE_JSON_CODE,
    severity: 'warning',
    page: {
      title: 'keepsake.json is not as it should be',
      what: 'The file is no JSON, or has a key that means nothing, a value of the wrong type, or a rule that does not exist.',
      why: 'What is not understood is left out: a severity or an ignored path that does not hold is missed only when it is too late.',
      fix: 'Correct it at the place. VS Code completes the file; what there is to say is told in [keepsake.json](../keepsake-json.md).',
      silence: 'The file itself is the place to silence things, so this is always told.',
      sources: ['`schemas/keepsake.schema.json`'],
    },
  });
}
