<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <title>404 Not Found</title>
</head>
<body>
  <h1>Not Found</h1>
  <p class="hint">The page you are looking for isn't here.</p>
  <p>Request id: 7f3a-90c1; node: edge-14</p>
  <ul>
    <li><a href="/">Home</a></li>
    <li><a href="/docs">Documentation</a></li>
    <li><a href="/status">Status &amp; incidents</a></li>
    <li><a href="/support">Support</a></li>
    <li><a href="/regions">Regions</a></li>
    <li><a href="/shapes">Shapes</a></li>
    <li><a href="/prices">Prices</a></li>
    <li><a href="/limits">Limits</a></li>
    <li><a href="/images">Images</a></li>
    <li><a href="/networks">Networks</a></li>
    <li><a href="/storage">Storage</a></li>
    <li><a href="/accounts">Accounts</a></li>
    <li><a href="/reports">Reports</a></li>
    <li><a href="/changes">Changes</a></li>
  </ul>
  <script>
    window.report = function (id) { console.log("missing", id); };
    report('7f3a-90c1');
  </script>
</body>
</html>
