// Stands in for the compute process in the client's tests. What it does is chosen by the model's path.
import { createRequire } from "node:module";

const { createMessageConnection, IPCMessageReader, IPCMessageWriter, ResponseError } = createRequire(import.meta.url)(
	"vscode-jsonrpc/node.js",
);

const connection = createMessageConnection(new IPCMessageReader(process), new IPCMessageWriter(process));
const never = new Promise(() => undefined);

connection.onRequest("configure", async (settings) => {
	if (settings.nativePath === "never") return never;
	if (settings.nativePath === "dies") process.exit(3);
	return { name: "js", version: `fake ${settings.modelCacheMiB}`, note: null };
});

connection.onRequest("status", () => ({ backend: null, models: 0, tensors: 0, pid: process.pid }));

connection.onRequest("inspect", async ({ model }, token) => {
	switch (model.path) {
		case "pid":
			return { path: String(process.pid) };
		case "slow":
			await new Promise((resolve) => setTimeout(resolve, 600));
			return { path: String(process.pid) };
		case "cancellable":
			await new Promise((resolve) => token.onCancellationRequested(resolve));
			throw new ResponseError(-32800, "Cancelled.", { reason: "cancelled", subject: null });
		case "deaf":
			return never;
		case "bad":
			throw new ResponseError(1, "bad: damaged at byte 3", { reason: "unreadable-model", subject: "bad" });
		case "exit":
			process.stderr.write("something broke\n");
			return process.exit(7);
		case "out of memory":
			process.stderr.write("FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n");
			return process.abort();
		default:
			throw new Error(`unexpected: ${model.path}`);
	}
});

connection.onRequest("attack", async ({ run, model }) => {
	connection.sendProgress({ __: undefined }, run, { kind: "started", pixels: new Float32Array([0.1, 1]) });
	if (model.path === "slow") await new Promise((resolve) => setTimeout(resolve, 600));
	if (model.path === "deaf") await never;
	return { report: { pid: process.pid }, pixels: [{ original: new Float32Array([0.25, 0.5]) }] };
});

process.on("disconnect", () => process.exit());
connection.listen();
