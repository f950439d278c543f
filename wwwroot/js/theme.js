// Runs before the first paint (a plain script in the head): sets data-theme, keeps the cookies, follows the system.
(() => {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const contrast = matchMedia("(prefers-contrast: more)");
  const root = document.documentElement;
  const listeners = new Set();

  const system = () => (contrast.matches ? "hc-" : "") + (dark.matches ? "dark" : "light");
  const resolve = () => (root.dataset.themeChoice === "system" ? system() : root.dataset.themeChoice);
  const cookie = (name, value) => {
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `${name}=${value}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
  };

  const apply = () => {
    const resolved = resolve();
    root.dataset.theme = resolved;
    cookie("dashboard-theme-now", resolved);
    for (const listener of listeners) listener.invokeMethodAsync("ThemeResolvedAsync", resolved);
    return resolved;
  };

  globalThis.dashboardTheme = {
    choose(choice) {
      root.dataset.themeChoice = choice;
      cookie("dashboard-theme", choice);
      return apply();
    },
    watch(listener) { listeners.add(listener); return resolve(); },
    leave(listener) { listeners.delete(listener); },
  };

  dark.addEventListener("change", apply);
  contrast.addEventListener("change", apply);
  apply();
})();
