/** Entry of the page "Adversarial". */
import { registerToolkit } from "../ui/toolkit.js";
import "../ui/base.css";
import "../ui/chartColours.css";
import "../ui/page.css";
import "../ui/pictures.css";
import "./page.css";
import "./rows.css";
import "./evidence.css";
import "./tried.css";
import "./compact.css";
import "./distribution.css";
import "./picker.css";
import "../ui/table.css";
import "./comparison.css";
import "./widths.css";
import "./app.js";

registerToolkit();
