/** Every command of the extension. */
import { attackDataset } from "./attackDataset.js";
import { chooseModel } from "./chooseModel.js";
import type { Command } from "./command.js";
import { compareModels } from "./compareModels.js";
import { copyDiagnostics } from "./copyDiagnostics.js";
import { exportReport } from "./exportReport.js";
import { generateAdversarial } from "./generateAdversarial.js";
import { generateAdversarialWithOptions } from "./generateAdversarialWithOptions.js";
import { generateForModel } from "./generateForModel.js";
import { inspectModel } from "./inspectModel.js";
import { lipschitzBounds } from "./lipschitzBounds.js";
import { openAdversarials } from "./openAdversarials.js";
import { openExamples } from "./openExamples.js";
import { openLink } from "./openLink.js";
import { openReport } from "./openReport.js";
import { openUnit } from "./openUnit.js";
import { pageKeys } from "./pageKeys.js";
import { probeLayer } from "./probeLayer.js";
import { refreshModels } from "./refreshModels.js";
import { restartCompute } from "./restartCompute.js";
import { robustnessCurve } from "./robustnessCurve.js";
import { showLog } from "./showLog.js";
import { showRunning } from "./showRunning.js";
import { storedReports } from "./storedReports.js";
import { useModel } from "./useModel.js";
import { whichUnitsFire } from "./whichUnitsFire.js";

export const commands: readonly Command[] = [
	generateAdversarial,
	generateAdversarialWithOptions,
	generateForModel,
	probeLayer,
	robustnessCurve,
	openAdversarials,
	whichUnitsFire,
	openUnit,
	openLink,
	attackDataset,
	inspectModel,
	compareModels,
	lipschitzBounds,
	chooseModel,
	useModel,
	refreshModels,
	restartCompute,
	showLog,
	showRunning,
	copyDiagnostics,
	openExamples,
	openReport,
	...exportReport,
	...storedReports,
	...pageKeys,
];
