// Draws the plan that stands beside it as JSON. Text only ever enters the page as text: nothing here writes markup.
"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const plan = JSON.parse($("plan").textContent);
  const fleet = plan.fleet_changes;
  /** Alarms that quote what others wrote: it is shown as it is. */
  const QUOTES = ["drift", "access"];
  /** What becomes of drift that stays as it is. */
  const LEFT = ["ignore", "leave", "accept"];
  const groups = fleet.changes;
  const byAddress = new Map(plan.resource_changes.map((change) => [change.address, change]));
  const number = (n) => Number(n).toLocaleString("en-US");
  const plural = (n, one) => `${number(n)} ${one}${n === 1 ? "" : "s"}`;

  /** An element: properties, then children; strings become text. */
  function make(tag, properties, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(properties || {})) {
      if (value === undefined || value === null || value === false) continue;
      if (name === "class") element.className = value;
      else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else element.setAttribute(name, value === true ? "" : value);
    }
    element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
    return element;
  }

  /** A sentence: what stands between backticks is code. */
  const prose = (text) => text.split(/`([^`]+)`/).map((part, at) => at % 2 === 1 ? make("code", {}, part) : part);

  const show = (id, ...children) => { $(id).hidden = false; ($(`${id}-body`) || $(id)).append(...children); };

  /** A table; columns whose name ends in `>` hold numbers. */
  function table(columns, rows) {
    const right = columns.map((name) => name.endsWith(">"));
    const head = columns.map((name, at) => make("th", { scope: "col", class: right[at] ? "n" : null }, name.replace(/>$/, "")));
    const cell = (value, at) => value instanceof Node && value.nodeName === "TD" ? value
      : at === 0 ? make("th", { scope: "row" }, value)
      : make("td", { class: right[at] ? "n" : null }, value);
    return make("table", {}, make("thead", {}, make("tr", {}, head)), make("tbody", {}, rows.map((row) => make("tr", {}, row.map(cell)))));
  }

  // ---- light and dark

  const root = document.documentElement;
  const wish = matchMedia("(prefers-color-scheme: dark)");
  let chosen = null;
  try { chosen = localStorage.getItem("tonnage-theme"); } catch { /* a page opened from a file may have no storage */ }
  const paint = () => { root.dataset.theme = chosen || (wish.matches ? "dark" : "light"); };
  function turn() {
    chosen = root.dataset.theme === "dark" ? "light" : "dark";
    try { localStorage.setItem("tonnage-theme", chosen); } catch { /* it lasts as long as the page */ }
    paint();
  }
  wish.addEventListener("change", paint);
  paint();

  // ---- head

  /** As many of what is alike are named. */
  const MOST_NAMED = 12;

  const RISKS = {
    refused: ["refused by the cloud", "hurt"], stops_gpus: ["stops GPUs", "hurt"], may_stop: ["may stop GPUs", "hurt"], gives_up_capacity: ["gives up capacity", "hurt"],
    loses_data: ["loses data", "hurt"], leaves_data: ["leaves data behind", "hurt"], opens_access: ["opens access", "hurt"], destroys: ["destroys", "hurt"], replaces: ["replaces", "hurt"],
    forgets: ["forgets", "change"], old_or_twice: ["old version, or capacity twice", "change"],
    creates: ["creates", "add"], updates: ["updates", "change"], renames: ["renames", "quiet"],
  };
  const riskOf = (group) => RISKS[group.risk] || [group.risk, "quiet"];
  const level = plan.risk;
  document.querySelector(".brand").classList.add(level);
  $("fleet").textContent = plan.fleet;
  // A line never begins with the dot between two parts.
  const said = (plan.headline[0].toUpperCase() + plan.headline.slice(1)).split(" · ");
  $("headline").append(...said.flatMap((part, at) => [make("span", { class: "part" }, at + 1 < said.length ? `${part} ·` : part), " "]));
  $("facts").append(`As of ${plan.as_of} · ledger serial ${plan.ledger_serial} · `, make("code", {}, plan.digest));

  const gpus = fleet.gpus.reduce((sum, row) => [sum[0] + row.before, sum[1] + row.after], [0, 0]);
  const signed = (before, after) => after === before ? "no change" : `${after > before ? "+" : "−"}${number(Math.abs(after - before))}`;
  const card = (value, name, tone) => make("div", { class: `card ${value === 0 ? "zero" : tone || ""}` }, make("b", {}, typeof value === "number" ? number(value) : value), make("span", {}, name));
  const between = (least, most) => most === null || most === least ? least : `${number(least)} to ${number(most)}`;
  const counts = plan.counts;
  const strange = fleet.drift.filter((line) => line.owner === "stranger");
  const drifts = (lines) => lines.reduce((sum, line) => sum + line.count, 0);
  const [byStrangers, leftAlone] = [drifts(strange), drifts(strange.filter((line) => LEFT.includes(line.choice)))];
  $("cards").append(
    card(between(plan.risks.gpus_stopped, plan.risks.gpus_stopped_at_most), "GPUs stopped", "hurt"),
    ...(plan.risks.gpus_stopped > 0 && plan.risks.gpus_started > 0 ? [card(plan.risks.gpus_started, "GPUs started", "add")] : []),
    card(counts.destroy, "to destroy", "hurt"),
    card(counts.add, counts.replace > 0 ? `to add, ${number(counts.replace)} of them replacements` : "to add", "add"),
    card(counts.change, "to change", "change"),
    ...(counts.forget > 0 ? [card(counts.forget, "to forget", "change")] : []),
    ...(byStrangers > 0 ? [card(byStrangers, leftAlone > 0 ? `changed by others, ${number(leftAlone)} of them left alone` : "changed by others", "change")] : []),
    ...(gpus[0] + gpus[1] > 0 ? [card(gpus[1], `GPUs afterwards, ${signed(gpus[0], gpus[1])}`)] : []),
  );

  // ---- what needs attention

  const alarm = (tone, word, text, place) => make("div", { class: `alarm ${tone}`, role: "note" }, make("b", {}, word), text, place ? make("div", { class: "place" }, place) : null);
  for (const line of plan.risks.lines) show("alarms", alarm(line.risk === "high" ? "hurt" : "change", line.what[0].toUpperCase() + line.what.slice(1), QUOTES.includes(line.what) ? line.text : prose(line.text), line.declared));
  for (const cascade of plan.risks.cascades) show("alarms", alarm("hurt", cascade.count > 1 ? `Cascade, ${number(cascade.count)}×` : "Cascade", prose(cascade.text)));
  if (plan.risks.cascades_left_out > 0) show("alarms", alarm("hurt", "Cascades", `${number(plan.risks.cascades_left_out)} more`));

  // ---- what the clouds say

  const opinion = plan.second_opinion;
  if (opinion) {
    const value = (text) => text === null ? "(not told)" : JSON.stringify(text);
    const reason = (said) => {
      const change = said.before === null && said.after === null ? "" : ` ${value(said.before)} → ${value(said.after)}`;
      const by = said.said_by === "both" ? "" : ` only the ${said.said_by} changes it`;
      const ours = said.planned === null ? "" : ` the plan says ${value(said.planned)}`;
      const effect = { always: " replaces it", conditionally: " may replace it" }[said.recreates] || "";
      return make("div", {}, make("code", {}, said.path), change + by + ours + effect);
    };
    $("opinion-said").textContent = opinion.summary;
    show("opinion");
    if (opinion.disagreements.length > 0) {
      show("opinion", table(["resource", "the plan says", "the cloud says", "why"], opinion.disagreements.map((found) => [found.address, found.plan,
        make("span", { class: `word ${found.worse ? "hurt" : "change"}` }, found.said), make("td", {}, found.properties.map(reason))])));
    }
    for (const unit of opinion.cannot_know) show("opinion", make("p", { class: "note" }, `Cannot know: ${unit.unit}: ${unit.why}`));
  }

  // ---- differences

  /** Both texts, with what differs marked. */
  function compared(before, after) {
    let start = 0, end = 0;
    const least = Math.min(before.length, after.length);
    while (start < least && before[start] === after[start]) start += 1;
    while (end < least - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
    if (start + end < 4) return [[before], [after]];
    const cut = (text) => [text.slice(0, start), make("mark", {}, text.slice(start, text.length - end)), text.slice(text.length - end)];
    return [cut(before), cut(after)];
  }

  /** What changed inside a long text: properties of a document, lines of a script, words of a line. */
  function inside(lines) {
    const line = (kind, sign, name, text) => make("div", { class: `line ${kind}` }, make("span", { class: "gutter", "aria-hidden": "true" }, sign), make("span", { class: "hidden" }, name), text);
    const out = [];
    for (let at = 0; at < lines.length; at += 1) {
      const now = lines[at];
      if (now.property !== undefined) {
        const [was, is] = compared(now.before, now.after);
        out.push(make("div", { class: "line path" }, now.property), line("was", "−", "was ", was), line("is", "+", "becomes ", is));
      } else if (now.words !== undefined) {
        out.push(make("div", { class: "line words" }, now.words.map((part) => part.removed !== undefined ? make("del", {}, part.removed) : part.added !== undefined ? make("ins", {}, part.added) : part.same)));
      } else if (now.removed !== undefined) {
        const next = lines[at + 1];
        const pair = next && next.added !== undefined && (at === 0 || lines[at - 1].removed === undefined);
        const [was, is] = pair ? compared(now.removed, next.added) : [now.removed];
        out.push(line("was", "−", "removed: ", was));
        if (pair) { out.push(line("is", "+", "added: ", is)); at += 1; }
      } else if (now.added !== undefined) {
        out.push(line("is", "+", "added: ", now.added));
      } else {
        out.push(make("div", { class: "line more" }, `… and ${plural(now.lines_more, "line")} more`));
      }
    }
    return make("div", { class: "inside" }, out);
  }

  /** Commands that choose otherwise, each to be copied. */
  function waysOut(ways, answer, count) {
    if (ways.length === 0) return null;
    const copy = (command) => make("button", { type: "button", class: "copy", "aria-label": `Copy: ${command}`, onclick: async (event) => {
      const button = event.currentTarget;
      try { await navigator.clipboard.writeText(command); button.textContent = "copied"; } catch { getSelection().selectAllChildren(button.previousSibling); button.textContent = "selected"; }
      setTimeout(() => { button.textContent = "copy"; }, 1600);
    } }, "copy");
    return make("div", { class: "ways" }, answer ? make("span", { class: "answer" }, answer) : null,
      ways.map((way) => make("span", { class: "way" }, make("span", { class: "purpose" }, `To ${way.purpose}`), make("code", {}, way.command), copy(way.command), count > 1 ? make("span", { class: "note" }, `and ${number(count - 1)} more like it`) : null)));
  }

  function properties(list, count) {
    const rows = [];
    for (const property of list) {
      const tags = [
        property.forces_replacement ? make("span", { class: "tag" }, "forces replacement") : null,
        property.drift ? make("span", { class: "tag drift" }, "changed by others") : null,
        property.conflict ? make("span", { class: "tag" }, "conflict") : null,
      ];
      const name = make("th", { scope: "row" }, make("span", { class: "path" }, property.path), " ", tags);
      const written = make("td", { class: "written" }, property.declared || "", property.name ? make("span", { class: "note" }, property.name) : null);
      const last = property.conflict ? make("div", { class: "note" }, `last applied ${property.applied}`) : null;
      if (property.inside.length > 0) {
        rows.push(make("tr", {}, name, make("td", { colspan: "2" }, inside(property.inside), last), written));
      } else {
        const [was, is] = compared(property.before, property.after);
        rows.push(make("tr", {}, name, make("td", { class: "was" }, was, last), make("td", { class: "is" }, is), written));
      }
      const ways = waysOut(property.ways_out, null, count);
      if (ways) rows.push(make("tr", { class: "out" }, make("td", { colspan: "4" }, ways)));
    }
    const head = ["property", "now", "afterwards", "written"].map((name) => make("th", { scope: "col" }, name));
    return make("div", { class: "scroll" }, make("table", { class: "properties" }, make("thead", {}, make("tr", {}, head)), make("tbody", {}, rows)));
  }

  // ---- what others changed

  const ANSWERS = { revert: ["put back", "change"], overwrite: ["conflict", "hurt"], ignore: ["left alone", "quiet"], leave: ["left alone", "change"], accept: ["taken as it is", "quiet"], lost: ["lost", "hurt"], create: ["made again", "change"] };
  function drifted(line) {
    const owner = line.owner === "stranger" ? "somebody else" : line.owner;
    const [word, tone] = ANSWERS[line.choice] || [line.choice, "quiet"];
    const three = line.path === "" || line.inside.length > 0 ? null : make("dl", { class: "three" },
      make("div", {}, make("dt", {}, "last applied"), make("dd", {}, line.applied)),
      make("div", {}, make("dt", {}, `now, by ${owner}`), make("dd", { class: "theirs" }, compared(line.applied, line.live)[1])),
      make("div", {}, make("dt", {}, "afterwards"), make("dd", {}, line.planned)));
    return make("li", { class: `drifted ${tone}` },
      make("div", { class: "title" },
        make("span", { class: `tag answer ${tone}` }, word),
        line.access ? make("span", { class: "tag" }, line.access === "wider" ? "lets more in" : "decides who gets in") : null,
        line.count > 1 ? make("span", { class: "times" }, `${number(line.count)}×`) : null,
        make("a", { class: "address", href: `#${encodeURIComponent(line.addresses[0])}`, onclick: () => setTimeout(follow) }, line.path === "" ? line.label : `${line.label}${line.path.startsWith("[") ? "" : "."}${line.path}`),
        make("span", { class: "kind" }, line.type),
        make("span", { class: "row-place" }, line.declared || "")),
      three,
      line.each.length > 0 ? make("div", { class: "note" }, line.each.map((each) => make("div", {}, each))) : null,
      line.inside.length > 0 ? make("div", {}, make("div", { class: "note" }, `what ${owner} changed inside`), inside(line.inside)) : null,
      waysOut(line.ways_out, line.path === "" ? `deleted by ${owner}: ${line.text}` : line.text, line.count));
  }
  if (fleet.drift.length > 0) {
    const FIRST = 20;
    const things = fleet.drift.reduce((sum, line) => sum + line.count, 0);
    const left = fleet.drift.filter((line) => LEFT.includes(line.choice)).reduce((sum, line) => sum + line.count, 0);
    $("drift-count").textContent = [plural(things, "difference"), left > 0 ? `${number(left)} left alone` : ""].filter(Boolean).join(", ");
    show("drift", ...fleet.drift.slice(0, FIRST).map(drifted));
    if (fleet.drift.length > FIRST) $("drift").append(make("button", { type: "button", class: "plain", onclick: (event) => { event.currentTarget.remove(); show("drift", ...fleet.drift.slice(FIRST).map(drifted)); } }, `Show ${number(fleet.drift.length - FIRST)} more`));
  }

  // ---- money and capacity

  if (fleet.table.length > 0) {
    // Nodes that go are bad news; money that is not spent is none.
    const turned = (row) => row.difference.includes("$") ? "n" : row.difference.startsWith("+") ? "n up" : row.difference.startsWith("−") ? "n down" : "n";
    show("totals", table(["", "before>", "after>", "difference>"],
      fleet.table.map((row) => [row.what, row.before, row.after, make("td", { class: turned(row) }, row.difference)])));
    const [head, ...parts] = fleet.breakdown;
    if (head) show("totals", table(head.map((name, at) => at > 0 ? `${name}>` : name), parts));
    for (const line of [...fleet.unknown_prices, ...fleet.commitment_lines]) $("totals").append(make("p", { class: "note" }, line));
  }

  // ---- map: continents, places, GPUs

  const siteName = (site) => `${site.cloud} ${site.region}`;
  const withGpus = gpus[0] + gpus[1] > 0;
  const most = Math.max(1, ...fleet.sites.map((site) => Math.max(site.gpus.before, site.gpus.after)));
  function siteCard(site) {
    const { before, after } = site.gpus;
    const part = (n) => `${Math.round((n / most) * 1000) / 10}%`;
    const bar = make("div", { class: "bar", "aria-hidden": "true" });
    const strip = (name, n) => { const piece = make("i", { class: name }); piece.style.width = part(n); bar.append(piece); };
    strip(after < before ? "went" : "came", Math.max(before, after));
    strip("kept", Math.min(before, after));
    const delta = make("span", { class: `delta ${after > before ? "up" : after < before ? "down" : ""}` }, before === after ? plural(site.changes, "change") : `${signed(before, after)} · ${plural(site.changes, "change")}`);
    return make("button", { type: "button", class: "site", "aria-pressed": "false", "data-site": siteName(site), onclick: () => { $("cloud").value = $("cloud").value === siteName(site) ? "" : siteName(site); filter(); $("changes").scrollIntoView(); } },
      make("span", { class: "line" }, make("span", { class: "town", title: site.country || null }, site.place || site.region, site.country ? make("span", { class: "where" }, `, ${site.country}`) : null), withGpus ? make("span", { class: "gpus" }, plural(after, "GPU")) : null),
      withGpus ? bar : null,
      make("span", { class: "line" }, make("span", { class: "where" }, `${site.cloud} ${site.region}`), delta));
  }
  if (fleet.sites.length > 0) {
    const continents = Map.groupBy ? Map.groupBy(fleet.sites, (site) => site.continent || "Elsewhere") : fleet.sites.reduce((map, site) => map.set(site.continent || "Elsewhere", [...(map.get(site.continent || "Elsewhere") || []), site]), new Map());
    const total = (sites) => sites.reduce((sum, site) => sum + site.gpus.after, 0);
    show("map", ...[...continents].sort((a, b) => total(b[1]) - total(a[1])).map(([name, sites]) =>
      make("div", { class: "continent", role: "group", "aria-label": name }, make("h3", {}, withGpus ? `${name} · ${plural(total(sites), "GPU")}` : name), make("div", { class: "sites" }, sites.map(siteCard)))));
  }
  if (document.querySelector(".picture svg .edge")) $("graph").hidden = false;

  // ---- changes

  const CHUNK = 150;
  const texts = new Map();
  const textOf = (group) => {
    if (!texts.has(group)) {
      const parts = [group.label, group.type, group.action, group.nodes, group.whence, ...group.reasons, ...group.effects, ...group.sites, ...group.addresses];
      for (const property of group.properties) parts.push(property.path, property.before, property.after, property.applied, property.declared, property.name);
      texts.set(group, parts.join("\n").toLowerCase());
    }
    return texts.get(group);
  };
  const scopeOf = (label) => {
    const names = label.replace(/\["[^"]*"\]/g, "").split(".");
    const at = names.findLastIndex((name, at) => name === "module" && at % 2 === 0);
    return names.slice(0, at + 4 - (at < 0 ? 1 : 0)).join(".");
  };
  const scopes = new Map(groups.map((group) => [group, new Set(group.addresses.map(scopeOf))]));
  let shown = groups, drawn = 0, current = -1;
  const risks = new Set();
  const opened = new Set();
  const rows = new Map();

  function options(select, all, values) {
    select.append(make("option", { value: "" }, all), ...values.map((value) => make("option", { value }, value)));
  }
  const clouds = [...new Set(fleet.sites.map((site) => site.cloud))];
  options($("cloud"), "all", [...clouds.filter((cloud) => !fleet.sites.every((site) => site.cloud === cloud)), ...fleet.sites.map(siteName)]);
  options($("pool"), "all", [...new Set([...scopes.values()].flatMap((of) => [...of]))].sort());
  for (const [risk, [name, tone]] of Object.entries(RISKS)) {
    const of = groups.filter((group) => group.risk === risk);
    if (of.length === 0) continue;
    const n = of.reduce((sum, group) => sum + group.count, 0);
    $("risks").append(make("button", { type: "button", class: `chip ${tone}`, "aria-pressed": "false", "data-risk": risk, onclick: () => { risks.has(risk) ? risks.delete(risk) : risks.add(risk); filter(); } }, name, make("em", {}, number(n))));
  }

  const outside = groups.filter((group) => group.undoes_others);
  if (outside.length > 0) {
    $("risks").append(make("button", { type: "button", class: "chip change", "aria-pressed": "false", "data-risk": "undoes_others", onclick: () => { risks.has("undoes_others") ? risks.delete("undoes_others") : risks.add("undoes_others"); filter(); } }, "undoes others", make("em", {}, number(outside.reduce((sum, group) => sum + group.count, 0)))));
  }

  function filter() {
    const words = $("search").value.toLowerCase().split(/\s+/).filter(Boolean);
    const site = $("cloud").value, scope = $("pool").value;
    const fits = (group) =>
      (risks.size === 0 || risks.has(group.risk) || (group.undoes_others && risks.has("undoes_others"))) &&
      (site === "" || group.sites.some((at) => at === site || at.startsWith(`${site} `))) &&
      (scope === "" || scopes.get(group).has(scope)) &&
      words.every((word) => textOf(group).includes(word));
    shown = groups.filter(fits);
    for (const chip of document.querySelectorAll(".chip")) chip.setAttribute("aria-pressed", String(risks.has(chip.dataset.risk)));
    for (const button of document.querySelectorAll(".site")) button.setAttribute("aria-pressed", String(button.dataset.site === site));
    const resources = (list) => list.reduce((sum, group) => sum + group.count, 0);
    $("shown").textContent = shown.length === groups.length
      ? `${plural(resources(groups), "resource")} in ${plural(groups.length, "line")}`
      : `${number(shown.length)} of ${plural(groups.length, "line")}, ${plural(resources(shown), "resource")}`;
    $("empty").hidden = shown.length > 0 || groups.length === 0;
    $("list").replaceChildren();
    rows.clear();
    drawn = 0;
    current = -1;
    draw(CHUNK);
  }
  function clear() {
    $("search").value = "";
    $("cloud").value = "";
    $("pool").value = "";
    risks.clear();
    filter();
  }

  /** Draws rows until `until` of those shown are there. */
  function draw(until) {
    const fresh = [];
    for (; drawn < Math.min(until, shown.length); drawn += 1) fresh.push(row(shown[drawn], drawn));
    $("list").append(...fresh);
  }
  new IntersectionObserver((seen) => { if (seen.some((entry) => entry.isIntersecting)) draw(drawn + CHUNK); }, { rootMargin: "1600px" }).observe($("more"));
  addEventListener("beforeprint", () => draw(shown.length));

  function row(group, at) {
    const [risk, tone] = riskOf(group);
    const why = group.reasons.join("; ");
    const open = opened.has(group);
    const button = make("button", { type: "button", "aria-expanded": String(open), onclick: () => { current = at; toggle(group); }, onfocus: () => { current = at; } },
      make("span", { class: "sign", "aria-label": group.action }, group.symbol),
      make("span", { class: "times" }, group.count > 1 ? `${number(group.count)}×` : ""),
      make("span", { class: "what" }, make("span", { class: "address" }, group.label), make("span", { class: "kind" }, group.type), group.effects.map((effect) => make("span", { class: "why effect" }, prose(effect))), why ? make("span", { class: "why" }, prose(why)) : null),
      make("span", { class: "tail" }, group.nodes || (tone === "hurt" ? risk : ""), group.whence ? make("span", { class: "row-place" }, group.whence) : null));
    const item = make("li", { class: `change ${tone === "change" ? "change-kind" : tone}` }, button);
    rows.set(group, item);
    if (open) item.append(body(group));
    return item;
  }

  function toggle(group, wanted) {
    const item = rows.get(group);
    const open = wanted === undefined ? !opened.has(group) : wanted;
    open ? opened.add(group) : opened.delete(group);
    if (!item) return;
    item.querySelector(":scope > .body")?.remove();
    if (open) item.append(body(group));
    item.firstChild.setAttribute("aria-expanded", String(open));
  }

  const plain = (value) => typeof value === "string" ? value : JSON.stringify(value, null, 1);
  function content(change) {
    const body = change.change.after || change.change.before || {};
    const unknown = change.change.after_unknown || {};
    const rows = Object.entries(body).map(([name, value]) => [name, plain(value)]);
    for (const name of Object.keys(unknown)) if (!(name in body)) rows.push([name, "known after apply"]);
    return rows.length > 0 ? table(["property", change.change.after ? "value" : "value now"], rows) : null;
  }
  function instance(address) {
    const change = byAddress.get(address);
    if (!change) return null;
    const facts = [`${change.cloud} ${change.region}`, change.unit ? `unit ${change.unit}` : null, change.physical_id, change.previous_address ? `was ${change.previous_address}` : null].filter(Boolean).join(" · ");
    return make("div", { class: "instance", "data-address": address },
      make("h4", {}, make("a", { href: `#${encodeURIComponent(address)}`, class: "plain" }, address), make("span", { class: "facts" }, facts)),
      change.properties.length > 0 ? properties(change.properties) : content(change));
  }
  function body(group) {
    const box = make("div", { class: "body" });
    if (group.addresses.length === 1) {
      box.append(instance(group.addresses[0]) || "");
      return box;
    }
    box.append(make("p", { class: "note" }, group.sites.join(" · ")));
    if (group.properties.length > 0) box.append(properties(group.properties, group.count));
    const FIRST = 40;
    const list = make("ul", { class: "instances" });
    const entry = (address) => make("li", {}, make("button", { type: "button", onclick: (event) => {
      const there = event.currentTarget.parentNode.querySelector(".instance");
      there ? there.remove() : event.currentTarget.parentNode.append(instance(address) || "");
    } }, address));
    list.append(...group.addresses.slice(0, FIRST).map(entry));
    box.append(make("h4", {}, plural(group.addresses.length, "resource")), list);
    const rest = group.addresses.slice(FIRST);
    if (rest.length > 0) {
      box.append(make("button", { type: "button", class: "plain", onclick: (event) => { event.currentTarget.remove(); list.append(...rest.map(entry)); } }, `Show ${number(rest.length)} more`));
    }
    return box;
  }

  function go(at) {
    if (shown.length === 0) return;
    current = Math.max(0, Math.min(at, shown.length - 1));
    draw(current + 20);
    const item = rows.get(shown[current]);
    item.firstChild.focus({ preventScroll: true });
    item.scrollIntoView({ block: "nearest" });
  }

  /** `#pool.a.nodes["x"]` opens that change, wherever it is in the list. */
  function follow() {
    let wanted = location.hash.slice(1);
    try { wanted = decodeURIComponent(wanted); } catch { /* it is taken as it is */ }
    if (!wanted.includes(".")) return;
    const group = groups.find((group) => group.addresses.includes(wanted)) || groups.find((group) => group.label === wanted)
      || groups.find((group) => group.addresses.some((address) => address.replace(/\["[^"]*"\]/g, "") === wanted));
    if (!group) return;
    if (!shown.includes(group)) clear();
    opened.add(group);
    go(shown.indexOf(group));
    toggle(group, true);
    const item = rows.get(group);
    if (group.addresses.length > 1 && group.addresses.includes(wanted)) {
      item.querySelector(".body").prepend(instance(wanted) || "");
    }
    item.scrollIntoView({ block: "start" });
  }

  // ---- the rest

  const words = { fail: ["fails", "hurt"], cannot_know: ["cannot know", "change"], pass: ["holds", "add"], ok: ["ok", "add"], short: ["short", "hurt"] };
  const verdict = (word, more) => { const [text, tone] = words[word] || [word, "quiet"]; return make("span", {}, make("span", { class: `word ${tone}` }, text), more || ""); };
  if (plan.placements.length > 0) {
    // pools of which all but their keys is the same are one
    const bare = (name) => name.replace(/\["[^"]*"\]/g, "");
    const alike = new Map();
    for (const pool of plan.placements) {
      const key = JSON.stringify({ ...pool, pool: bare(pool.pool) });
      if (!alike.has(key)) alike.set(key, []);
      alike.get(key).push(pool);
    }
    const which = (pools) => pools.length === 1 ? null
      : make("div", { class: "note" }, pools.slice(0, MOST_NAMED).map((pool) => (pool.pool.match(/\["[^"]*"\]/g) || [pool.pool]).join("")).join(", "), pools.length > MOST_NAMED ? ` and ${number(pools.length - MOST_NAMED)} more` : "");
    show("placement", ...[...alike.values()].map((pools) => [pools[0], pools]).map(([pool, pools]) => make("div", { class: "pool" }, make("h3", {}, pools.length > 1 ? `${number(pools.length)} × ${bare(pool.pool)}, each` : pool.pool), which(pools), pool.sizing.map((line) => make("div", { class: "note" }, line)),
      make("ul", {}, pool.chosen.map((slice) => make("li", {}, `${slice.option}: ${number(slice.nodes)} × ${slice.shape} in ${slice.site.cloud} ${slice.site.region} ${slice.zone}, ${slice.capacity ? `from ${slice.capacity}` : slice.market.replaceAll("_", " ")}, ${plural(slice.groups, "group")}`)),
        pool.cannot_start.map((line) => make("li", { class: "hurt" }, line)),
        pool.rejected.map((option) => make("li", { class: "not" }, `not chosen: ${option.option}: ${option.text} `, make("span", { class: "row-place" }, option.declared)))))));
  }
  if (plan.preflight.length > 0) {
    // rows that say the same are one; they are drawn when they are asked for, so many at a time
    const each = (at) => plan.preflight[at];
    const said = (row) => [row.check, row.subject, row.numbers || row.missing || "", row.source, row.read_at || "", row.good_until || ""];
    const columns = ["checked", "what", "in numbers", "source", "read", "good until"];
    function members(rows) {
      const list = table(columns, rows.slice(0, CHUNK).map((at) => said(each(at))));
      const more = make("button", { type: "button", class: "plain" });
      let drawn = Math.min(CHUNK, rows.length);
      const label = () => { more.textContent = `Show ${number(Math.min(CHUNK, rows.length - drawn))} of ${number(rows.length - drawn)} more`; more.hidden = drawn >= rows.length; };
      more.addEventListener("click", () => {
        list.tBodies[0].append(...table(columns, rows.slice(drawn, drawn + CHUNK).map((at) => said(each(at)))).tBodies[0].rows);
        drawn = Math.min(drawn + CHUNK, rows.length);
        label();
      });
      label();
      return make("div", { class: "scroll" }, list, more);
    }
    function what(group) {
      if (group.rows.length === 1) return make("td", {}, group.subject);
      const cell = make("td", {}, group.subject, " ", make("button", { type: "button", class: "plain", "aria-expanded": "false", onclick: (event) => {
        const button = event.currentTarget;
        const there = cell.querySelector(".scroll");
        there ? there.remove() : cell.append(members(group.rows));
        button.setAttribute("aria-expanded", String(!there));
      } }, plural(group.rows.length, "row")));
      return cell;
    }
    show("evidence", table(["verdict", "checked", "what", "why"], fleet.preflight.map((group) => [make("span", { class: `word ${(words[group.verdict] || ["", "quiet"])[1]}` }, group.text), group.checks, what(group), make("td", {}, prose(group.why))])));
  }
  if (plan.guards.length > 0) {
    show("guards", table(["guard", "", "says", "written"], plan.guards.map((guard) => [guard.name, verdict(guard.state), make("td", {}, prose(guard.message)), make("td", {}, make("span", { class: "row-place" }, guard.place))])));
  }
  const units = plan.fleet_changes.units;
  if (units.length > 0) {
    const FIRST = 60;
    const done = { "+": "create", "~": "update", "-": "delete", ".": "let go", "=": "keep" };
    show("order", table(["step>", "unit", "", "where", "holds"], units.slice(0, FIRST).map((unit) => [make("td", { class: "n" }, String(unit.step)), unit.name, done[unit.symbol], unit.where, unit.text])));
    const more = units.length > FIRST ? ` ${number(units.length - FIRST)} more lines: tonnage show -json lists all units.` : "";
    $("order").append(make("p", { class: "note" }, `A unit is one stack, deployment or batch of requests.${more}`));
  }
  const outputs = Object.entries(plan.output_changes);
  if (outputs.length > 0) {
    show("outputs", table(["output", "before", "after"], outputs.map(([name, change]) => [
      name,
      change.before_sensitive === true ? "(sensitive)" : change.actions[0] === "create" ? "–" : plain(change.before),
      change.after_sensitive === true ? "(sensitive)" : change.after_unknown === true ? "known after apply" : change.actions[0] === "delete" ? "–" : plain(change.after),
    ])));
  }
  if (plan.renames) show("notes", make("p", {}, prose(plan.renames.said)), make("pre", {}, plan.renames.blocks));
  if (plan.notes.length > 0) show("notes", ...plan.notes.map((note) => make("p", {}, prose(note))));

  for (const section of document.querySelectorAll("main > section[id]:not([hidden])")) {
    const title = section.querySelector("h2");
    if (title) $("sections").append(make("a", { href: `#${section.id}` }, title.firstChild.textContent.trim()));
  }

  // ---- hands

  let waiting = 0;
  $("search").addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(filter, groups.length > 2000 ? 120 : 0); });
  $("cloud").addEventListener("change", filter);
  $("pool").addEventListener("change", filter);
  $("clear").addEventListener("click", clear);
  $("theme").addEventListener("click", turn);
  $("keys").addEventListener("click", () => $("help").showModal());
  addEventListener("hashchange", follow);
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || $("help").open) return;
    const field = event.target.closest?.("input, select, textarea");
    if (event.key === "Escape") {
      if (field && $("search").value !== "") { $("search").value = ""; filter(); } else if (field) field.blur(); else clear();
      return;
    }
    if (field) return;
    const keys = {
      j: () => go(current + 1), k: () => go(current - 1), t: turn, "?": () => $("help").showModal(),
      "/": () => { event.preventDefault(); $("search").focus(); $("search").select(); },
    };
    keys[event.key]?.();
  });

  filter();
  follow();
})();
