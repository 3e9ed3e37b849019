"use strict";
// The console's frame is Streamlit's, whose own words are English. Here they are said in Chinese, wherever they appear.
(() => {
  const { words, patterns: written } = CONSOLE_WORDS;
  const patterns = written.map(([pattern, said]) => [new RegExp(pattern), said]);
  const attributes = ["aria-label", "placeholder", "title", "alt", "aria-roledescription"];
  const said = new Map(); // node → name of attribute or "" → [English, Chinese]
  const chinese = () => new URLSearchParams(location.search).get("lang") !== "en";
  const written_here = "[data-testid=stHtml], [data-testid=stMarkdownContainer], textarea, svg, [lang]:not(html)";
  const streamlits = "[data-testid=stHeaderActionElements], [data-testid=stFileUploaderDropzone]";
  const theirs = (node) => node.closest?.(written_here) && !node.closest(streamlits);
  let spoken;

  const inChinese = (english) => {
    const plain = english.trim();
    if (Object.hasOwn(words, plain)) return words[plain];
    const pattern = /[A-Za-z]{3}/.test(plain) && patterns.find(([each]) => each.test(plain));
    return pattern ? plain.replace(pattern[0], pattern[1]) : undefined;
  };
  const remember = (node, name, english, translated) => {
    if (!said.has(node)) said.set(node, {});
    said.get(node)[name] = [english, translated];
  };
  const text = (node) => {
    const holder = node.parentElement;
    if (!holder || /^(SCRIPT|STYLE|TEXTAREA)$/.test(holder.tagName) || theirs(holder)) return;
    const translated = inChinese(node.data);
    if (translated === undefined || translated === node.data) return;
    remember(node, "", node.data, translated);
    node.data = translated;
  };
  const named = (element) => {
    for (const name of attributes) {
      const english = element.getAttribute(name);
      const translated = english && !theirs(element) ? inChinese(english) : undefined;
      if (translated === undefined || translated === english) continue;
      remember(element, name, english, translated);
      element.setAttribute(name, translated);
    }
  };
  const sweep = (root) => {
    if (root.nodeType === Node.TEXT_NODE) return text(root);
    if (root.nodeType !== Node.ELEMENT_NODE) return;
    named(root);
    const walk = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) walk.currentNode.nodeType === Node.TEXT_NODE ? text(walk.currentNode) : named(walk.currentNode);
  };
  const back = () => {
    for (const [node, names] of said) {
      for (const [name, [english, translated]] of Object.entries(names)) {
        if (name === "" && node.data === translated) node.data = english;
        if (name !== "" && node.getAttribute(name) === translated) node.setAttribute(name, english);
      }
    }
    said.clear();
  };
  const speak = () => {
    if (spoken === chinese()) return false;
    spoken = chinese();
    document.documentElement.lang = spoken ? "zh-CN" : "en";
    spoken ? sweep(document.documentElement) : back();
    return true;
  };
  const forget = () => { for (const node of said.keys()) if (!node.isConnected) said.delete(node); };

  // Calendars follow the browser's language; the console's is meant.
  const tag = () => (chinese() ? "zh-CN" : "en-GB");
  Object.defineProperty(navigator, "language", { get: tag, configurable: true });
  Object.defineProperty(navigator, "languages", { get: () => [tag()], configurable: true });

  new MutationObserver((changes) => {
    if (speak() || !spoken) return;
    for (const change of changes) {
      if (change.type === "characterData") text(change.target);
      else if (change.type === "attributes") named(change.target);
      else change.addedNodes.forEach(sweep);
    }
    if (said.size > 2000) forget();
  }).observe(document, {
    subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: attributes,
  });
  speak();
})();
