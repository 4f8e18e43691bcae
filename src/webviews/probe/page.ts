/** Entry of the page "Probe". */
import { registerToolkit } from "../ui/toolkit.js";
import "../ui/base.css";
import "../ui/chartColours.css";
import "../ui/page.css";
import "../ui/pictures.css";
import "./colours.css";
import "./page.css";
import "./blind/blind.css";
import "./app.js";

registerToolkit();
