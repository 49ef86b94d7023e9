/// How a report looks, on wide and narrow, light and dark screens and on paper.
enum ReportStyle {
  static let sheet = """
    :root{color-scheme:light dark;--paper:\(Palette.paper.text);--ink:\(Palette.ink.text);
     --faint:#61666d;--rule:#d9dce0;--raised:#f5f6f8;--accent:#2b4da8;--alert:#fdf3e3;
     --alert-rule:#c28507}
    @media screen and (prefers-color-scheme:dark){:root{--paper:\(Palette.darkPaper.text);
     --ink:\(Palette.darkInk.text);--faint:#a0a6ae;--rule:#33383f;--raised:#1d2025;
     --accent:#8fb3ff;--alert:#2b2413;--alert-rule:#c28507}}
    *{box-sizing:border-box}
    body{margin:0 auto;max-width:80rem;padding:1.25rem 1.5rem 4rem;background:var(--paper);
     color:var(--ink);font:15px/1.5 system-ui,-apple-system,'Segoe UI',\(FigureStyle.fonts)}
    h1{font-size:1.6rem;line-height:1.25;margin:0;overflow-wrap:anywhere}
    h2{font-size:1.15rem;margin:2.25rem 0 .6rem}
    h3{font-size:1rem;margin:1.4rem 0 .4rem;overflow-wrap:anywhere}
    header p{margin:.3rem 0 0;color:var(--faint)}
    .script-only{display:none;color:var(--faint);margin:0 0 .6rem;font-size:.9rem}
    .scripted .script-only{display:block}
    .warnings{background:var(--alert);border-left:4px solid var(--alert-rule);padding:.1rem 1rem;
     margin-top:1.2rem;border-radius:0 6px 6px 0}
    .warnings h2{margin:.6rem 0 .2rem;font-size:1rem}
    .warnings ul{margin:.2rem 0 .7rem;padding-left:1.2rem;overflow-wrap:anywhere}
    .scroll{overflow-x:auto}
    table{border-collapse:collapse;font-variant-numeric:tabular-nums}
    th,td{padding:.28rem .9rem .28rem 0;text-align:right;vertical-align:top;white-space:nowrap}
    th[scope=row],th:first-child,.text{text-align:left}
    td.text{white-space:normal;overflow-wrap:anywhere;min-width:5rem}
    thead th{border-bottom:1px solid var(--rule);color:var(--faint);font-weight:600}
    tbody tr+tr>*{border-top:1px solid var(--rule)}
    tbody th{font-weight:500}
    .origin{color:var(--faint)}
    .differs{background:var(--raised)}
    .plates{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,29rem),1fr));
     gap:1.6rem 2rem;align-items:start}
    figure{margin:0;position:relative;min-width:0}
    .icl-figure{display:block;width:100%;max-width:36rem;height:auto}
    figcaption{font-size:.88rem;color:var(--faint);margin:.2rem 0;overflow-wrap:anywhere}
    details{margin:.3rem 0}
    summary{cursor:pointer;color:var(--accent);font-size:.88rem;width:max-content}
    details table{font-size:.85rem;margin-top:.3rem}
    pre{overflow-x:auto;background:var(--raised);padding:.8rem 1rem;border-radius:6px;
     font-size:.82rem}
    dl{margin:0}
    dl div{display:grid;grid-template-columns:10rem 1fr;gap:0 1rem;padding:.22rem 0}
    dl div+div{border-top:1px solid var(--rule)}
    dt{color:var(--faint)}
    dd{margin:0;overflow-wrap:anywhere}
    .scripted .icl-area{cursor:crosshair}
    .scripted .icl-entry{cursor:pointer}
    .icl-entry:focus-visible{outline:2px solid var(--accent);outline-offset:3px}
    .icl-entry[aria-pressed=false]{opacity:.35}
    .icl-hidden{display:none}
    .read-out{position:absolute;z-index:2;pointer-events:none;background:var(--raised);
     border:1px solid var(--rule);border-radius:5px;padding:.3rem .5rem;font-size:.8rem;
     line-height:1.4;font-variant-numeric:tabular-nums;max-width:17rem;
     box-shadow:0 2px 8px rgb(0 0 0/.18)}
    .read-out b{font-weight:600}
    .read-out i{display:inline-block;width:.6rem;height:.6rem;border-radius:50%;
     margin-right:.35rem;background:currentColor}
    .reset{position:absolute;top:.2rem;right:.2rem;font:inherit;font-size:.8rem;
     background:var(--raised);color:var(--ink);border:1px solid var(--rule);border-radius:4px;
     padding:.1rem .5rem;cursor:pointer}
    @media (max-width:40rem){body{padding:1rem 1rem 3rem}
     dl div{grid-template-columns:1fr}dd{margin-bottom:.15rem}th,td{padding-right:.7rem}
     .summary,.summary tbody{display:block}.summary thead{display:none}
     .summary tr{display:grid;grid-template-columns:1fr 1fr;gap:0 1.2rem;padding:.4rem 0}
     .summary tr+tr{border-top:1px solid var(--rule)}
     .summary tbody tr+tr>*{border-top:0}
     .summary tr>*{padding:.1rem 0}.summary th,.summary .text{grid-column:1/-1}
     .summary tbody th{font-weight:600;white-space:normal;overflow-wrap:anywhere}
     .summary td[data-column]{display:flex;justify-content:space-between;gap:.5rem}
     .summary td[data-column=loss]{grid-column:1/-1;order:-1}
     .summary td[data-column]::before{content:attr(data-column);color:var(--faint)}
     .summary th,.summary .text{order:-2}}
    @media print{.script-only,.reset,.read-out{display:none!important}
     figure,tr{break-inside:avoid}body{max-width:none}}

    """
}
