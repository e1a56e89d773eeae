"use strict";
const dark = window.matchMedia("(prefers-color-scheme: dark)");

function draw() {
  const style = getComputedStyle(document.documentElement);
  const ink = style.getPropertyValue("--ink").trim();
  const line = style.getPropertyValue("--line").trim();
  const axis = { gridcolor: line, linecolor: line, zerolinecolor: line, ticks: "outside", ticklen: 5, tickcolor: "rgba(0,0,0,0)", title: { standoff: 8 } };
  const template = {
    layout: {
      font: { color: ink, family: style.getPropertyValue("--font").trim(), size: 12 },
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      xaxis: axis,
      yaxis: axis,
    },
  };
  for (const place of document.querySelectorAll("[data-figure]")) {
    const figure = JSON.parse(place.querySelector("script").textContent);
    const canvas = place.querySelector("div");
    Plotly.react(canvas, figure.data, { ...figure.layout, template }, { displayModeBar: false, responsive: true });
  }
}

draw();
dark.addEventListener("change", draw);
