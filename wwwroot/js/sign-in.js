// The sign-in form works without this: it adds a way to look at the password, and stops a second submit.
for (const field of document.querySelectorAll("input[type=password]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "b q sm peek";
  const paint = () => {
    const shown = field.type === "text";
    button.textContent = shown ? "Hide" : "Show";
    button.setAttribute("aria-label", `${button.textContent} what was typed`);
  };
  button.addEventListener("click", () => {
    field.type = field.type === "text" ? "password" : "text";
    paint();
    field.focus();
  });
  paint();
  field.after(button);
}

for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", event => {
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "yes";
    for (const field of form.querySelectorAll("input[type=text]:has(+ .peek)")) field.type = "password";
    form.querySelector("[type=submit]").textContent = form.dataset.once;
  });
}

// A page that the browser brings back from its memory may be sent again.
addEventListener("pageshow", event => { if (event.persisted) location.reload(); });
