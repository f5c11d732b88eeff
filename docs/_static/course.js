// The pages are whole without this script. It adds what only a reader at a screen needs.
"use strict";

// --- guess first: the results that follow a guess wait until they are asked for

function button(text, onClick) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "course-button";
  made.textContent = text;
  made.addEventListener("click", onClick);
  return made;
}

function coverResults(toggle) {
  // An explorer is no result: it is there to be touched.
  const cells = [...document.querySelectorAll(".cell.tag_after-guess:has(.cell_output):not(:has(iframe))")];
  const hide = toggle.getAttribute("aria-pressed") !== "true";
  toggle.setAttribute("aria-pressed", hide);
  for (const cell of cells) {
    cell.classList.toggle("covered", hide);
    if (!cell.querySelector(".uncover")) {
      const uncover = button("Show the result", () => cell.classList.remove("covered"));
      uncover.classList.add("uncover");
      cell.querySelector(".cell_output").before(uncover);
    }
  }
}

// --- print: on white paper, and what is folded is opened; afterwards all is as it was

const openedForPrint = [];
let themeOnScreen = null;

function preparePrint() {
  themeOnScreen = document.documentElement.dataset.theme;
  document.documentElement.dataset.theme = "light";
  for (const details of document.querySelectorAll(".bd-article details:not([open])")) {
    details.open = true;
    openedForPrint.push(details);
  }
}

function endPrint() {
  document.documentElement.dataset.theme = themeOnScreen;
  openedForPrint.splice(0).forEach((details) => { details.open = false; });
  document.documentElement.classList.remove("worksheet");
}

function printWorksheet() {
  document.documentElement.classList.add("worksheet");
  window.print();
}

addEventListener("beforeprint", preparePrint);
addEventListener("afterprint", endPrint);

// --- the theme's buttons that unfold a part of the contents have no name: they get that of the page above

function nameContentsButtons() {
  for (const summary of document.querySelectorAll(".bd-sidebar-primary details > summary")) {
    const page = summary.parentElement.parentElement.querySelector("a");
    summary.setAttribute("aria-label", `Pages below ${page.textContent.trim()}`);
  }
}

// --- search: what is found is quoted from the page's own text, not from the theme's menus

function quoteOwnText() {
  const quote = Search.htmlToText;
  Search.htmlToText = (html, anchor) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    page.querySelectorAll(".bd-header-article, .bd-sidebar-secondary, .prev-next-footer, #jb-print-docs-body").forEach((part) => part.remove());
    return quote(page.documentElement.outerHTML, anchor);
  };
}

// --- the explorer: its page knows the system's light and dark, not the one that was chosen here

function colorExplorers() {
  const theme = getComputedStyle(document.documentElement);
  const colors = { ink: "text-base", paper: "background", line: "text-muted", raised: "surface" };
  for (const frame of document.querySelectorAll(".sepconv-explorer iframe")) {
    for (const part of frame.contentDocument?.querySelectorAll(".sx, .sx-page") ?? []) {
      part.style.colorScheme = document.documentElement.dataset.theme;
      for (const [its, ours] of Object.entries(colors)) {
        part.style.setProperty(`--sx-${its}`, theme.getPropertyValue(`--pst-color-${ours}`));
      }
    }
  }
}

addEventListener("load", () => {
  colorExplorers();
  // The explorer is unpacked after its page has loaded.
  for (const frame of document.querySelectorAll(".sepconv-explorer iframe")) {
    const unpacking = new MutationObserver(() => {
      if (frame.contentDocument.querySelector(".sx")) {
        unpacking.disconnect();
        colorExplorers();
      }
    });
    unpacking.observe(frame.contentDocument.body, { childList: true, subtree: true, attributes: true });
  }
  new MutationObserver(colorExplorers).observe(document.documentElement, { attributeFilter: ["data-theme"] });
});

addEventListener("DOMContentLoaded", () => {
  nameContentsButtons();
  if (typeof Search !== "undefined") {
    quoteOwnText();
  }
  for (const line of document.querySelectorAll(".guess-first")) {
    line.hidden = false;
    const toggle = line.querySelector("button");
    toggle.className = "course-button";
    toggle.addEventListener("click", () => coverResults(toggle));
  }
  for (const line of document.querySelectorAll(".for-print")) {
    line.hidden = false;
    const print = line.querySelector("button");
    print.className = "course-button";
    print.addEventListener("click", printWorksheet);
  }
});
