// Sets up, then opens the example workspace in a VS Code with the extension: the desktop one where `code` is on the PATH,
// else one in the browser, on 127.0.0.1, until Ctrl+C.
//
//   node scripts/start.mjs [--port=N] [--browser] [FOLDER]      (--browser: also where `code` is)
import { existsSync } from "node:fs";
import path from "node:path";
import { installExtension, startCodeServer, writeSettings } from "./codeServer.mjs";
import { makePackage } from "./package.mjs";
import { setUp } from "./setup.mjs";
import { cacheFolder, main, root, run, StepError, say, which } from "./steps.mjs";
import { setUpWorkbench } from "./workbench.mjs";

await main(async () => {
	const args = process.argv.slice(2);
	const named = args.find((arg) => !arg.startsWith("--"));
	const folder = named ? path.resolve(named) : path.join(root, "examples");
	if (!existsSync(folder)) throw new StepError(`There is no folder ${folder}`);
	const port = args.find((arg) => arg.startsWith("--port="))?.slice("--port=".length);
	await setUp();
	const desktop = args.includes("--browser") ? null : which("code");
	if (desktop) {
		say("Opening VS Code");
		await run(desktop, [`--extensionDevelopmentPath=${root}`, folder]);
	} else {
		say("There is no `code` on the PATH: serving VS Code to the browser instead");
		await serve(folder, port === undefined ? {} : { port: Number(port) });
	}
});

async function serve(folder, where) {
	const workbench = await setUpWorkbench();
	const vsix = await makePackage();
	const session = path.join(cacheFolder, "start");
	const folders = { extensions: path.join(session, "extensions"), userData: path.join(session, "user-data") };
	// What the person changed in this VS Code stays.
	if (!existsSync(path.join(folders.userData, "User", "settings.json"))) writeSettings(folders.userData);
	say("Installing the package");
	await installExtension(workbench, folders, vsix);
	const server = await startCodeServer(workbench, { ...folders, ...where });
	for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => server.stop());
	say(`Blindspot is at ${server.url}/?folder=${encodeURIComponent(folder)} (Ctrl+C ends it)`);
	await server.ended;
}
