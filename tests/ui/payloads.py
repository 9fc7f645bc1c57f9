"""Record texts that would be markup to a careless widget (reliability.md T12), and other hard texts."""

MARKUP = (
    "<b>粗</b>", "<img src='file:///etc/hostname'>", "<img src='//host/share/x.png'>", "<a href='file:///'>点我</a>",
    "<table><tr><td>x</td></tr></table>", "<style>*{color:red}</style>x", "<script>alert(1)</script>", "<h1>大</h1>",
    "a<br>b", "&lt;b&gt;", "&amp;", "<!-- x -->", "<font color=red>红</font>", "<p>段</p>", "<ul><li>1</li></ul>",
    "<html><body>x</body></html>", "<div style='font-size:90px'>x</div>", "<img src=qrc:/x>", "<b", "1<2且3>2",
    "<qt>x</qt>", "<pre>x</pre>", "<object data=x>", "<iframe src=x>", "<svg onload=x>", "<meta http-equiv=refresh>",
    "<link rel=stylesheet href=file:///x>", "<base href=file:///>", "<input>", "<marquee>x", "<center>x</center>",
    "<u>线</u>", "<s>删</s>", "<sup>2</sup>", "<hr>", "{{7*7}}", "%n%1", "&文件", "<i>斜</i>", "<big>x</big>",
)  # fmt: skip
HARD = (
    "广源建材市场" * 40, "䶮㐀𠮷", "‮反过来", "零​宽", "a" * 300, "第一行\n第二行", "", "，。：；（）", "العربية", "é́́́",
)  # fmt: skip
