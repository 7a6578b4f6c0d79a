#include "report/html_style.h"

namespace stockade::report {

const std::string_view kHtmlStyle = R"css(
:root{color-scheme:light dark;--bg:#fbfbfa;--card:#fff;--ink:#1c1e21;--soft:#5c636b;--line:#e2e4e7;
--code:#f3f4f5;--critical:#a3122a;--high:#b4430b;--medium:#8a6100;--low:#33658a;--ok:#1f6f43;
--add:#e4f5e9;--del:#fdeaea;--mark:#ffe08a}
@media (prefers-color-scheme:dark){:root{--bg:#15171a;--card:#1d2024;--ink:#e8eaed;--soft:#a2a9b1;
--line:#33383e;--code:#272b30;--critical:#ff7d8d;--high:#ff9d66;--medium:#e6bd58;--low:#84b9e0;
--ok:#76cf9c;--add:#18392a;--del:#44232a;--mark:#6b5410}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",
Roboto,"Liberation Sans",sans-serif}
header,main,footer{max-width:62rem;margin:0 auto;padding:0 1.25rem}
header{padding-top:2rem}
h1{font-size:1.65rem;line-height:1.2;margin:0 0 .35rem;overflow-wrap:anywhere;letter-spacing:-.01em}
h2{font-size:1.15rem;margin:2.5rem 0 .75rem}
p{margin:.35rem 0}
a{color:inherit}
.soft,.facts{color:var(--soft)}
.facts{font-size:.92rem;overflow-wrap:anywhere}
.verdict{font-size:1.1rem;margin:1.4rem 0 .6rem}
.gap{border-left:4px solid var(--medium);background:var(--card);padding:.6rem .9rem;margin:1rem 0;
border-radius:0 6px 6px 0}
.filter{position:absolute;opacity:0;pointer-events:none}
.chips{display:grid;grid-template-columns:repeat(4,1fr);gap:.6rem;margin:1rem 0 .4rem}
.chips label{background:var(--card);border:1px solid var(--line);border-top:4px solid currentColor;
border-radius:6px;padding:.5rem .8rem .6rem;cursor:pointer;display:block}
.chips b{font-size:1.9rem;line-height:1.15;display:block;font-variant-numeric:tabular-nums}
.chips span{color:var(--ink);font-size:.92rem}
.critical{color:var(--critical)}.high{color:var(--high)}.medium{color:var(--medium)}.low{color:var(--low)}
#f-critical:not(:checked)~header label[for=f-critical],#f-high:not(:checked)~header label[for=f-high],
#f-medium:not(:checked)~header label[for=f-medium],#f-low:not(:checked)~header label[for=f-low]{
opacity:.45;text-decoration:line-through}
#f-critical:not(:checked)~main .g.critical,#f-high:not(:checked)~main .g.high,
#f-medium:not(:checked)~main .g.medium,#f-low:not(:checked)~main .g.low{display:none}
.filter:focus-visible~header .chips{outline:3px solid var(--low);outline-offset:3px;border-radius:6px}
details.g{background:var(--card);border:1px solid var(--line);border-left:5px solid currentColor;
border-radius:6px;margin:.7rem 0}
details.g>summary{list-style:none;cursor:pointer;padding:.7rem .95rem;display:grid;
grid-template-columns:5.6rem 1fr auto;gap:.1rem .8rem;align-items:baseline}
details.g>summary::-webkit-details-marker{display:none}
summary .sev{font-size:.78rem;font-weight:700;letter-spacing:.06em;text-transform:uppercase}
summary .title{color:var(--ink);font-weight:600}
summary .id{grid-column:2;color:var(--soft);font-size:.86rem;overflow-wrap:anywhere}
summary .n{color:var(--soft);font-size:.86rem;white-space:nowrap}
summary .n::after{content:" \25B8"}
details[open]>summary .n::after{content:" \25BE"}
.in{color:var(--ink);padding:0 .95rem .9rem;border-top:1px solid var(--line)}
.in>p:first-child{margin-top:.8rem}
.f{padding:.75rem 0 .2rem;border-top:1px dashed var(--line)}
.in>.f:first-child{border-top:0}
.f h3{font-size:1rem;font-weight:600;margin:0;overflow-wrap:anywhere}
code,pre{font:.86rem/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace}
.at{color:var(--soft);overflow-wrap:anywhere}
pre{background:var(--code);border-radius:5px;padding:.5rem .7rem;margin:.45rem 0;white-space:pre-wrap;
overflow-wrap:anywhere}
pre i{font-style:normal;color:var(--soft);user-select:none;margin-right:.9rem}
mark{background:var(--mark);color:inherit;border-radius:2px;padding:0 1px}
dl{display:grid;grid-template-columns:4.6rem 1fr;gap:.15rem .8rem;margin:.5rem 0}
dt{color:var(--soft);font-size:.9rem}
dd{margin:0;min-width:0;overflow-wrap:anywhere}
dd pre{margin:.3rem 0 0;padding:.4rem 0}
dd pre span{display:block;padding:0 .7rem}
.a{background:var(--add)}.d{background:var(--del)}
.new{background:var(--ink);color:var(--bg);border-radius:3px;padding:0 .4rem;font-size:.76rem;
font-weight:700;vertical-align:.1em}
ul.plain{list-style:none;padding:0;margin:0}
ul.plain li{padding:.4rem 0;border-top:1px solid var(--line);overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%;font-size:.9rem}
th,td{text-align:left;padding:.35rem .8rem .35rem 0;border-top:1px solid var(--line);vertical-align:top}
td:first-child{overflow-wrap:anywhere}td:last-child{white-space:nowrap;padding-right:0}
th{border-top:0;color:var(--soft);font-weight:600}
.ok{color:var(--ok)}
footer{color:var(--soft);font-size:.86rem;padding-top:2rem;padding-bottom:2.5rem}
.clean{border-left:5px solid var(--ok);background:var(--card);padding:.8rem 1rem;border-radius:0 6px 6px 0}
@media (max-width:40rem){body{font-size:15.5px}header{padding-top:1.3rem}
.chips{gap:.4rem}.chips label{padding:.4rem .5rem .45rem}.chips b{font-size:1.5rem}.chips span{font-size:.82rem}
details.g>summary{grid-template-columns:1fr auto}
summary .title,summary .id{grid-column:1/3}summary .n{grid-row:1;grid-column:2}
dl{grid-template-columns:1fr;gap:0}dt{margin-top:.35rem}
table.rules td:nth-child(2),table.rules th:nth-child(2){display:none}}
@media print{:root{--bg:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#bbb;--code:#f4f4f4}
body{font-size:10.5pt}header,main,footer{max-width:none;padding-left:0;padding-right:0}
details.g,.f,tr,li{break-inside:avoid}h2{break-after:avoid}
details::details-content{content-visibility:visible;block-size:auto}
summary .n::after{content:""!important}.hint{display:none}
mark,.a,.d,pre{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
)css";

}  // namespace stockade::report
