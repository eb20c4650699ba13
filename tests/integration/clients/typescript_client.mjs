// The official TypeScript SDK as a client: `node typescript_client.mjs NODE_MODULES COMMAND ARGUMENT...`.
// A line {tool, arguments} on stdin is one call; its line on stdout is the result, or {thrown} where the SDK refused it.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const [modules, command, ...args] = process.argv.slice(2);
const require = createRequire(modules + "/");
const { Client } = require("@modelcontextprotocol/sdk/client/index.js");
const { StdioClientTransport } = require("@modelcontextprotocol/sdk/client/stdio.js");

const client = new Client({ name: "a-typescript-client", version: "1.0.0" });
await client.connect(new StdioClientTransport({ command, args, env: process.env, stderr: "ignore" }));
const say = (what) => process.stdout.write(JSON.stringify(what) + "\n");
// Listing makes the client keep each tool's output schema, which it then holds every answer against.
say({ instructions: client.getInstructions(), server: client.getServerVersion(), ...(await client.listTools()) });
for await (const line of createInterface({ input: process.stdin })) {
  const { tool, arguments: given } = JSON.parse(line);
  try {
    say(await client.callTool({ name: tool, arguments: given }));
  } catch (error) {
    say({ thrown: String(error) });
  }
}
await client.close();
