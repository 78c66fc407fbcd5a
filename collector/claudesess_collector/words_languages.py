"""How failures, and questions, are told in other languages than English, and by signs. Loaded with such closing words.

Patterns are tried on sentences in lower case. Where a script puts no blanks between words, nothing bounds them.
"""

from claudesess_collector import light_re as re

#: How it is said that something failed, or could not be done.
FAILING = (
    r"실패|불가능|불가(?=[합하 ,.)]|$)|[을할될] 수 없|되지 않|안 ?됩니다|미통과|미해결"
    r"|失敗|できません|できなかった|できていません|未解決|動作しません|通りません|通っていません"
    r"|失败|报错|无法|無法|未通过|未解决|未能|不可用|編不過|编不过|卡在|卡[點点]|跑不起[來来]"
    r"|\b(?:fall(?:[aó]|an|aron|ando|ado)|no se pud(?:o|ieron)|no pud[eo]|no (?:pasan?|funcionan?)|sin resolver)\b"
    r"|\b(?:falh(?:a|ou|aram|ando)|não (?:foi possível|consegui|passam?|funcionam?))\b"
    r"|\b(?:échou\w*|impossible|n['’]a pas pu|n['’]ont pas pu|ne (?:passe|fonctionne)(?:nt)? pas)\b"
    r"|\b(?:fehl(?:geschlagen|schl[aä]g\w*)|schl(?:ägt|agen|ug|ugen) fehl|konnten? nicht|kaputt)\b"
    r"|\bnicht (?:möglich|bestanden|behoben)\b"
    r"|\b(?:провал\w*|упал[аио]?|сломан\w*|не (?:удалось|удал[оа]сь|проход\w*|работа\w*|прош\w*))\b"
    r"|\b(?:fallit[oaie]|non (?:è stato possibile|riesco|passano|passa|funziona\w*))\b"
    r"|\b(?:thất bại|không (?:thể|chạy được|hoạt động|tìm thấy)|chưa (?:cài|chạy được|xong))\b"
    r"|\b(?:başar[ıi]s[ıi]z\w*|çal[ıi]şm[ıi]yor|bulunamad[ıi]|olmad[ıi]|yap[ıi]lamad[ıi]|geçmiyor)\b"
    r"|\b(?:nie (?:udało|działa\w*|przechodz\w*|można)|niepowodzenie)\b"
    r"|\b(?:не (?:вдалося|вдалось|працює|проходить|проходять)|провален\w*)\b"
)
#: What failures are called; a program's own are, too, of which it is told what becomes of them.
ERRORS = (
    r"오류|에러|エラー|錯誤|错误|\b(?:fallos?|falhas?|erros?|échecs?|erreurs?|fehlern?|ошибк\w*|errori|errore|lỗi|hata\w*"
    r"|błęd\w*|błąd|помилк\w*)\b"
)
#: What is said of other things, too.
TROUBLE = (
    r"[⚠❌🔴⛔✗✘]|문제|남아 ?있|제약|미완|미테스트|問題|残って|未(?:完了|対応|検証)|问题|剩(?:余|下)|尚未|仍"
    r"|\b(?:falta\w*|pendientes?|problemas?|pendências?|manquant\w*|problèmes?|reste\w*|fehlt|fehlen|probleme?"
    r"|noch nicht|проблем\w*|осталось|manca\w*|problemi|thiếu|chưa|cần quyền|eksik|kald[ıi]|gerekiyor|brakuje|wymaga"
    r"|бракує|залишил\w*)\b|スキップ|未(?:作成|設定|導入|インストール)|跳过|건너뛰"
)
#: What asks the user to look, to give or to decide.
ASKING = (
    r"알려 ?주|해 ?주(?:세요|시)|할까요|ください|でしょうか|ますか"
    r"|请(?:您|先|你|检查|确认|提供|告诉|运行|允许|安装|卸载|重试|手动|尝试|重新|打开|重启|刷新|选择)|是否|需要[您你]"
    r"|\b(?:por favor|necesit[ao]s?|debes|tienes que|você precisa|veuillez|pourriez|voulez-vous|souhaitez|merci de"
    r"|bitte|möchten sie|möchtest|soll ich|пожалуйста|хотите|нужно ли|per favore|vuoi che"
    r"|vui lòng|bạn (?:hãy|cần|có muốn)|lütfen|ister misin\w*|proszę|czy chcesz|будь ласка|хочете)\b"
)
#: What sounds like trouble and is none.
ALL_WELL = (
    r"(?:실패|오류|에러)(?:는|가|이|도)? ?(?:없|0)|\b0 ?(?:개|건)? ?(?:의 )?(?:실패|오류|에러)"
    r"|(?:오류|에러) ?(?:처리|핸들링|메시지|코드|복구|감지|를? ?(?:해결|수정)(?! ?필요))"
    r"|(?:失敗|エラー)(?:は|が|も)?(?:なし|無し|なく|ありません|ゼロ)|\b0 ?件?の?(?:失敗|エラー)"
    r"|エラー(?:処理|ハンドリング|メッセージ|コード|レスポンス|を?(?:修正|解決|解消)(?!が?必要))"
    r"|(?:没有|無|无|\b0 ?个?)(?:任何)?(?:失败|错误|报错|錯誤)|错误(?:处理|信息|码|已)"
    r"|(?:修复|解决)了?[^，。]{0,10}错误"
    r"|\b(?:sin|manejo de|mensajes? de) (?:errores|error|fallos)\b"
    r"|\b(?:sem|tratamento de|mensagens? de) (?:erros?|falhas)\b"
    r"|\b(?:sans|aucune?|gestion des|gestion d['’]|messages? d['’]) ?(?:erreurs?|échecs?)\b"
    r"|\b(?:keine?|ohne|0) fehler\w*|\b(?:без|нет|0|обработк\w*|сообщени\w*) (?:об )?ошиб\w*"
    r"|\b(?:senza|nessun|gestione degli) error[ei]\b"
    r"|\bkhông (?:có|còn) (?:\w+ ){0,3}(?:lỗi|thất bại)\b|\b(?:0 lỗi|xử lý lỗi|(?:đã )?sửa (?:xong )?(?:\w+ )?lỗi)\b"
    r"|\b(?:hata (?:yok|yönetimi|mesaj\w*)|hatasız|0 hata|bez błęd\w*|brak błęd\w*|obsług\w* błęd\w*)\b"
    r"|\b(?:без|немає|0|обробк\w*) помил\w*|\bпомил\w*[^.!?\n]{0,20}\bвиправлен\w*|\bвиправ\w*[^.!?\n]{0,30}\bпомил\w*"
    r"|\b(?:başar[ıi]s[ıi]z değil|hatalar\w*[^.!?\n]{0,20}(?:düzeltildi|giderildi|çözüldü))\b"
    r"|\b(?:naprawi\w*|poprawi\w*)[^.!?\n]{0,30}\bbłęd\w*|\bbłęd\w*[^.!?\n]{0,20}\b(?:naprawion\w*|poprawion\w*)"
    r"|\bya no (?:fallan?|falta)\b|\bnão falham? mais\b|\bne (?:plante|échoue)(?:nt)? plus\b|\bnicht mehr kaputt\b"
    # What was mended.
    r"|(?:실패|오류|에러)[^.!?\n]{0,20}(?:수정|해결)(?:했|하였|됐|되었| ?완료|됨)"
    r"|(?:失敗|エラー)[^。、\n]{0,20}(?:修正|解決|解消)(?:し|済|完了)|(?:失败|错误|報錯|报错)[^。，\n]{0,10}(?:修复|解决)"
    r"|\b(?:fehler|erreurs?|errori?|erros?|ошиб\w*)[^.!?\n]{0,20}"
    r"\b(?:behoben|korrigiert|corrig\w*|résolu\w*|risolt\w*|resolvid\w*|исправлен\w*)"
    r"|\b(?:corrig\w*|résolu\w*|risolt\w*|resolvi\w*|исправ\w*)[^.!?\n]{0,30}"
    r"\b(?:erreurs?|errori?|erros?|échecs?|ошиб\w*)"
)
#: How it is said that checks are well.
PASSES = (
    r"通过|通過|合格|통과|成功|\b(?:pasa[nr]?|pasaron|passam|passaram|passent|réussi\w*|bestanden|passano|пройден\w*)\b"
)
#: A line that is ticked off tells of no failure, whatever it was before, unless it warns of something, too.
TICKED, WARNS = "✅✔✓☑", "⚠"
#: The kinds of checks, where their English names do not stand in the words of the language.
CHECKS = {
    "test": r"テスト|테스트|测试|測試|\b(?:pruebas?|testes?|тест\w*)\b",
    "lint": r"リント|린트",
    "type": r"型(?:チェック|エラー|定義)|타입|类型|型別|類型",
    "build": r"ビルド|コンパイル|빌드|컴파일|构建|编译|構建|建置|編譯"
    r"|\b(?:compila(?:ción|ção|tion|zione)|kompilier\w*|сборк\w*)\b",
}

#: Their English names, where somebody writes them between words that no blanks part.
_NAMES = {
    "test": r"(?:unit |e2e )?tests?|pytest|jest|vitest",
    "lint": r"lint|eslint|ruff|clippy",
    "type": r"type ?check|tsc|mypy",
    "build": r"builds?",
}
_CLAUSES = r"[，,、;；\n]"


def fails_by_its_name(category: str, sentences: str) -> bool:
    """Say whether a clause has a check's English name close to a word of failing, and nothing of its being mended."""
    name, failing = rf"(?<![a-z./])(?:{_NAMES[category]})(?![a-z./])", f"(?:{FAILING})"
    close = re.compile(rf"{name}[^a-z]{{0,6}}?{failing}|{failing}.{{0,12}}?{name}").search
    is_well = re.compile(rf"{ALL_WELL}|{PASSES}|已(?:修[复復正]|解[决決])|修好|完成").search
    return any(
        close(clause) is not None and is_well(clause) is None
        for clause in re.compile(_CLAUSES).split(sentences)
        if max(clause, default=" ") > "\u3000"
    )


def is_ticked(sentence: str) -> bool:
    """Say whether a line has a tick: all is well, unless it warns, too."""
    return any(map(sentence.__contains__, TICKED)) and not any(map(sentence.__contains__, WARNS))
