/* The composer's choice of community decides who is completed after @, and where files go. */
document.addEventListener("change", (event) => {
  const choice = event.target.closest("[data-audience-choice]");
  const editor = choice?.form.querySelector("text-editor");
  if (editor) editor.dataset.context = choice.value;
});
