/** The whole style of report.html: no file, font or image from elsewhere. */
export const STYLE = `
:root { color-scheme: light dark; --fg: #1c2330; --soft: #5b6675; --bg: #f6f7f9; --card: #fff; --line: #dfe3e8; --pass: #1a7f37; --fail: #c5221f; --error: #9a6700; --skip: #0969da; --skipped: #6b7684 }
@media (prefers-color-scheme: dark) { :root { --fg: #e3e8ef; --soft: #98a3b3; --bg: #12161c; --card: #1a2029; --line: #2d3642; --pass: #4cc26a; --fail: #ff7b72; --error: #e3b341; --skip: #6cb6ff; --skipped: #8a95a3 } }
* { box-sizing: border-box }
body { margin: 0; padding: 2rem 1rem 4rem; background: var(--bg); color: var(--fg); font: 15px/1.5 system-ui, sans-serif }
main { max-width: 60rem; margin: 0 auto }
header { border-left: .4rem solid var(--tone); padding: .2rem 0 .2rem 1.2rem; margin-bottom: 2rem }
h1 { margin: 0; font-size: 1.5rem; line-height: 1.3; overflow-wrap: anywhere }
h1 .verdict { color: var(--tone); text-transform: uppercase; letter-spacing: .04em }
header p { margin: .4rem 0 0; overflow-wrap: anywhere }
.soft { color: var(--soft) }
h2 { font-size: 1.05rem; margin: 2rem 0 .6rem }
section > div, article { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; overflow-x: auto }
article { padding: .8rem 1rem; margin: 0 0 .7rem; border-left: .3rem solid var(--tone) }
article h3 { margin: 0; font-size: 1rem; overflow-wrap: anywhere }
article p { margin: .35rem 0 0; overflow-wrap: anywhere }
table { border-collapse: collapse; width: 100% }
th, td { padding: .4rem .8rem; text-align: left; vertical-align: top; overflow-wrap: anywhere }
th { font-weight: 600; color: var(--soft); font-size: .85rem; vertical-align: bottom; overflow-wrap: normal }
td { min-width: 6rem }
tr + tr > *, thead + tbody > tr:first-child > * { border-top: 1px solid var(--line) }
.num { text-align: right; font-variant-numeric: tabular-nums }
.num, .short, .tone { width: 1%; min-width: 0 }
td.num, td.short, td.tone { white-space: nowrap }
.long { min-width: 14rem }
.tone { color: var(--tone); font-weight: 600 }
code, pre { font: 13px/1.45 ui-monospace, monospace; overflow-wrap: anywhere }
pre { margin: .5rem 0 0; padding: .7rem .9rem; background: var(--bg); border: 1px solid var(--line); border-radius: .4rem; overflow-x: auto; white-space: pre-wrap; max-height: 30rem; overflow-y: auto }
details > summary { cursor: pointer; color: var(--soft); margin-top: .35rem }
section > div > details { padding: .4rem .8rem .8rem; border-top: 1px solid var(--line) }
.pass { --tone: var(--pass) } .fail { --tone: var(--fail) } .error, .warning { --tone: var(--error) } .skip { --tone: var(--skip) } .skipped, .note { --tone: var(--skipped) }
footer { margin-top: 2.5rem; font-size: .85rem }
`
