#include "city/persons.h"

/* Parts: anywhere in the text; words of letters must stand alone, a plural s may follow. */
static const char *const PARTS[] = {
    /* people as a class to be watched */
    "重点人员",
    "重点人群",
    "重点对象",
    "重点关注人员",
    "重點人員",
    "特殊人群",
    "特殊人员",
    "高危人群",
    "高危人员",
    "稳控对象",
    "稳控人员",
    "维稳对象",
    "管控对象",
    "管控人员",
    "布控人员",
    "关注对象",
    "黑名单",
    "黑名單",
    "灰名单",
    "人员画像",
    "人物画像",
    "群众画像",
    "人员标签",
    "人员积分",
    "人员评分",
    "个人信用分",
    "社会信用评分",
    "风险人员",
    "危险人员",
    "前科人员",
    "犯罪前科",
    "刑满释放",
    "刑释",
    "社区矫正对象",
    "矫正人员",
    "吸毒人员",
    "涉毒人员",
    "戒毒人员",
    "邪教人员",
    "涉邪人员",
    "涉恐人员",
    "涉稳人员",
    "闲散人员",
    "失信人员",
    "流动人口名册",
    "背景审查",
    /* petitioners */
    "上访人员",
    "上访人",
    "上访户",
    "上访老户",
    "信访老户",
    "信访重点",
    "缠访",
    "闹访",
    "非访",
    "进京上访",
    "进京非访",
    "赴京",
    "越级上访",
    "集体上访",
    "走访频次",
    "上访频次",
    "上访次数",
    "信访次数",
    "走访次数",
    /* illness, belief, descent, opinion */
    "精神障碍",
    "精神病人",
    "精神病患",
    "精神疾病",
    "病史",
    "健康状况",
    "艾滋",
    "感染者",
    "残疾类别",
    "残疾等级",
    "信教",
    "信仰",
    "教徒",
    "宗教信仰",
    "民族成分",
    "种族",
    "血统",
    "政治面貌",
    "政治倾向",
    "政治观点",
    "思想动态",
    "性取向",
    "人脸识别",
    "人脸库",
    "人脸特征",
    "车牌识别",
    "步态识别",
    "watchlist",
    "blacklist",
    "greylist",
    "keypersonnel",
    "keyperson",
    "keypeople",
    "keypopulation",
    "personofinterest",
    "targetperson",
    "highriskperson",
    "highriskindividual",
    "personscore",
    "riskscore",
    "socialcredit",
    "socialscore",
    "trustscore",
    "drugaddict",
    "druguser",
    "exconvict",
    "exoffender",
    "releasedprisoner",
    "criminalrecord",
    "priorconviction",
    "petitionercount",
    "petitionerlist",
    "petitionerscore",
    "petitionfrequency",
    "visitfrequency",
    "repeatpetitioner",
    "mentalillness",
    "mentalillnesses",
    "mentaldisorder",
    "mentallyill",
    "mentalhealthstatus",
    "healthstatus",
    "medicalhistory",
    "hivstatus",
    "religion",
    "religiousbelief",
    "ethnicity",
    "ethnicgroup",
    "ethnicorigin",
    "racialgroup",
    "nationality",
    "politicalopinion",
    "politicalaffiliation",
    "partymembership",
    "sexualorientation",
    "immigrationstatus",
    "facerecognition",
    "facialrecognition",
    "platerecognition",
    "gaitrecognition",
};
/* Names that are innocent as a part of another word (民族路, race track): only the text as a whole. */
static const char *const WHOLES[] = {"民族", "宗教", "族别", "党派", "race", "ethnic", "belief", "faith", "creed"};
static const char *const PRIVATE[] = {"乞讨",          "流浪人员",     "露宿",     "begging",   "beggar",
                                      "sleepingrough", "roughsleeper", "homeless", "encampment"};

static char fold(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_word(char c) {
    c = fold(c);
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static bool is_gap(char c) {
    return c == ' ' || c == '_' || c == '-' || c == '.' || c == '\t';
}

/* Length of text that the term covers at `from`, gaps passed over; 0 if it does not stand there. */
static size_t covers(str text, size_t from, str term) {
    size_t i = from;
    for (size_t k = 0; k < term.len; k++, i++) {
        while (k > 0 && i < text.len && is_gap(text.ptr[i])) i++;
        if (i >= text.len || fold(text.ptr[i]) != term.ptr[k]) return 0;
    }
    return i - from;
}

static bool stands_alone(str text, size_t from, size_t len, str term) {
    if (!is_word(term.ptr[0])) return true;
    size_t end = from + len;
    if (end < text.len && fold(text.ptr[end]) == 's') end++;
    return (from == 0 || !is_word(text.ptr[from - 1])) && (end == text.len || !is_word(text.ptr[end]));
}

static bool holds(str text, str term) {
    for (size_t from = 0; from < text.len; from++) {
        if (fold(text.ptr[from]) != term.ptr[0]) continue;
        size_t len = covers(text, from, term);
        if (len > 0 && stands_alone(text, from, len, term)) return true;
    }
    return false;
}

static bool any_part(str text, const char *const *terms, size_t n, str *ret_word) {
    for (size_t i = 0; i < n; i++) {
        if (!holds(text, str_z(terms[i]))) continue;
        if (ret_word) *ret_word = str_z(terms[i]);
        return true;
    }
    return false;
}

bool persons_forbidden(str text, str *ret_word) {
    if (any_part(text, PARTS, ARRAY_LEN(PARTS), ret_word)) return true;
    str whole = str_trim(text);
    for (size_t i = 0; i < ARRAY_LEN(WHOLES); i++) {
        str term = str_z(WHOLES[i]);
        if (str_empty(whole) || covers(whole, 0, term) != whole.len) continue;
        if (ret_word) *ret_word = term;
        return true;
    }
    return false;
}

bool persons_need_privacy(str text) {
    return any_part(text, PRIVATE, ARRAY_LEN(PRIVATE), NULL);
}
