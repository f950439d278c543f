// Signing in again in place: the form goes to the server by itself, so that neither page nor log stream is interrupted.
document.addEventListener("submit", async event => {
  const form = event.target.closest?.("form[data-renew]");
  if (!form) return;
  event.preventDefault();
  const button = form.querySelector("[type=submit]");
  const problem = document.getElementById("session-renew-error");
  button.disabled = true;
  problem.textContent = "";
  try {
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), headers: { Accept: "application/json" } });
    if (answer.status === 204) globalThis.dashboardAnnounce("Signed in again.");
    else problem.textContent = (answer.status === 401 && !answer.headers.get("Content-Type")?.includes("json")) ? "The sign-in has ended meanwhile." : (await answer.json()).detail;
  } catch {
    problem.textContent = "The dashboard does not answer. Try again.";
  } finally {
    button.disabled = false;
    const field = form.querySelector("input[type=password]");
    field.value = "";
    if (form.isConnected) field.focus();
  }
});
