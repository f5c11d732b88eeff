// What jupyter_page.py asks of the page: an object `looking` that drives the open notebook.
window.looking = (() => {
  const app = window.jupyterapp;
  let panel;

  const until = async (condition, seconds) => {
    const deadline = Date.now() + 1000 * seconds;
    while (!condition()) {
      if (Date.now() > deadline) throw new Error(`waited ${seconds} s for: ${condition}`);
      await new Promise(resolve => setTimeout(resolve, 50));
    }
  };
  const within = (promise, seconds, what) => Promise.race([
    promise,
    new Promise((_, reject) =>
      setTimeout(() => reject(new Error(`${what} took longer than ${seconds} s`)), 1000 * seconds)),
  ]);
  const frame = () => new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  const scroller = () => panel.content.outerNode ?? panel.content.node;
  const kernel = () => panel.sessionContext.session?.kernel;

  return {
    async open(theme) {
      await until(() => app.shell.currentWidget?.context && app.shell.currentWidget.content.widgets, 60);
      panel = app.shell.currentWidget;
      await within(panel.context.ready, 60, "opening the notebook");
      await within(panel.sessionContext.ready, 60, "starting the kernel (does the notebook name one?)");
      await until(() => kernel()?.status === "idle", 60);
      await app.commands.execute("apputils:change-theme", { theme });
      await frame();
    },

    async run(seconds) {
      // A count that is there afterwards must be this run's.
      await app.commands.execute("notebook:clear-all-cell-outputs");
      await within(app.commands.execute("notebook:run-all-cells"), seconds, "Run All");
      // The command returns at the first error; cells that may raise let the kernel go on behind its back.
      const futures = () => panel.content.widgets
        .filter(({ model }) => model.type === "code" && model.sharedModel.source.trim())
        .map(cell => cell.outputArea.future);
      await until(() => futures().every(Boolean), 10).catch(() => {});
      await within(Promise.allSettled(futures().map(future => future?.done)), seconds, "Run All");
      await until(() => kernel().status === "idle", seconds);
    },

    codeCells() {
      return panel.content.widgets.filter(cell => cell.model.type === "code").map(({ model }) => ({
        id: model.id,
        tags: model.getMetadata("tags") ?? [],
        count: model.executionCount,
        source: model.sharedModel.source,
        outputs: model.outputs.toJSON(),
      }));
    },

    // Scrolls every cell into view and returns what is wrong with its pictures.
    async pictures() {
      const problems = [];
      for (const [index, cell] of panel.content.widgets.entries()) {
        const wanted = (cell.model.outputs?.toJSON() ?? []).filter(({ data }) =>
          data && Object.keys(data).some(type => type.startsWith("image/") || /<img\b/.test(data[type]))).length;
        await panel.content.scrollToItem(index, "smart");
        await frame();
        const images = () => [...cell.node.querySelectorAll("img")];
        const settled = () => images().length >= wanted && images().every(image => image.complete);
        await until(settled, 10).catch(() => {});
        const where = `cell '${cell.model.id}'`;
        if (images().length < wanted) problems.push(`${where} shows ${images().length} of ${wanted} pictures`);
        for (const image of images()) {
          if (!image.naturalWidth) problems.push(`${where} has a picture without pixels: ${image.src.slice(0, 100)}`);
          // "Image" is what JupyterLab writes where the author wrote nothing.
          if (["", "Image"].includes(image.alt.trim())) problems.push(`${where} has a picture without an alt text`);
        }
      }
      return problems;
    },

    scrollTo(top) { scroller().scrollTop = top; },

    nextScreenful() {
      const node = scroller();
      const before = node.scrollTop;
      node.scrollTop = before + node.clientHeight - 40;
      return node.scrollTop > before + 1;
    },
  };
})();
